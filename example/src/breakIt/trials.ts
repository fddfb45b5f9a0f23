import { Ban, CloudRain, Gauge, KeyRound, MailX, PencilRuler, TextCursorInput } from "lucide-react";

/** What one can try, in the order of the menu. */
export const TRIALS = [
  {
    id: "validation",
    name: "A title of spaces",
    hint: "Bad input, all fields at once",
    icon: TextCursorInput,
  },
  { id: "burst", name: "Too many calls", hint: "A rate limit, with a countdown", icon: Gauge },
  { id: "forged", name: "A forged token", hint: "Signed with somebody else's key", icon: KeyRound },
  { id: "denied", name: "Void as Chloé", hint: "A viewer, past every button", icon: Ban },
  {
    id: "tampered",
    name: "Tamper with the log",
    hint: "As whoever runs the database",
    icon: PencilRuler,
  },
  { id: "failing", name: "A failing job", hint: "Growing waits, then the truth", icon: MailX },
  { id: "flood", name: "Flood the log", hint: "2,000 entries at once", icon: CloudRain },
] as const;

export type TrialId = (typeof TRIALS)[number]["id"];
