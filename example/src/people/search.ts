import type { ProfileStatus } from "convex-platform";
import { LONGEST_WORDS } from "../ui/useTyped";

export const STATUSES: readonly ProfileStatus[] = ["active", "suspended", "deleted"];

/** What the list of people shows, as its address says. */
export type PeopleSearch = {
  /** Absent: active. */
  status?: Exclude<ProfileStatus, "active">;
  /** A part of a name or an e-mail. */
  words?: string;
  /** The profile that is open. */
  person?: string;
};

/** Takes anything: an address is written by anybody. */
export function parsePeopleSearch(search: Record<string, unknown>): PeopleSearch {
  const { status, words, person } = search;
  return {
    ...((status === "suspended" || status === "deleted") && { status }),
    ...(typeof words === "string" &&
      words.trim() !== "" &&
      words.length <= LONGEST_WORDS && { words }),
    ...(typeof person === "string" && person !== "" && { person }),
  };
}
