import type { InvoiceInput, Line } from "./schema";

/**
 * Whose roles let them write invoices; Chloé only reads. Void and remove is for Ada alone. Dmitri
 * never signs in to the demo; peopleSeed.ts tells of him.
 */
export type Who = "ada" | "ben" | "dmitri";

/** How something came into the trash, and what became of it there. */
export type Removal = {
  daysAgo: number;
  reason?: string;
  /** Why it is held. */
  held?: string;
  /** It has left the trash since. */
  ended?: { as: "restored" | "purged"; daysAgo: number };
};

/** What somebody did to an invoice after it was created. */
export type Step =
  | [who: Who, did: "sent" | "paid"]
  | [who: Who, did: "voided", reason: string]
  /** Lines that are left out at the end go to the trash, which needs the days. */
  | [
      who: Who,
      did: "updated",
      to: Partial<Pick<InvoiceInput, "title" | "customer" | "lines">>,
      daysAgo?: number,
    ]
  /** Ends a story. */
  | [who: Who, did: "removed", how: Removal];

/** An invoice as it was created, and its story since. */
export type Seed = {
  by: Who;
  invoice: Omit<InvoiceInput, "dueOn">;
  /** From the day of seeding; negative is overdue. */
  dueInDays: number;
  story: Step[];
};

const STAND = [line("Concept", 1, 180_000), line("Wall graphic, metre", 12, 8_400)];
const PHASE_3 = [
  line("Component, designed and built", 11, 72_000),
  line("Workshop, half day", 2, 48_000),
];
const POSTCARDS = [line("Postcard, print-ready", 12, 9_000)];
const SPRING_FAIR = [
  line("Stand concept", 1, 180_000),
  line("Wall graphic, metre", 18, 8_400),
  line("Counter, printed", 2, 46_000),
  line("Leaflet, eight pages", 1, 76_000),
  line("Set-up, day", 2, 62_000),
  line("Express surcharge", 1, 25_000),
];

/** The oldest first. */
export const SEEDS: Seed[] = [
  eur("ada", -41, "Nordlicht Optik GmbH", "Shop relaunch, first half", [
    line("Design sprint, two weeks", 1, 960_000),
    line("Front end, day", 6, 84_000),
  ])(["ada", "sent"], ["ben", "paid"]),
  eur("ben", -38, "Atelier Brume", "Poster series", [line("Poster, print-ready", 4, 32_000)])(
    ["ben", "sent"],
    ["ada", "paid"],
  ),
  gbp("dmitri", -36, "Harbour & Finch", "Annual report", [
    line("Editorial design, page", 48, 6_500),
    line("Proofreading, page", 48, 1_200),
  ])(["dmitri", "sent"], ["ada", "paid"]),
  usd("ben", -34, "Pinecrest Labs", "Onboarding flow review", [line("Usability test", 5, 64_000)])(
    ["ben", "updated", { title: "Onboarding flow review and report" }],
    ["ben", "sent"],
    ["ada", "paid"],
  ),
  eur("ada", -33, "Café Zwölf", "Menu and signage", [
    line("Menu, two languages", 1, 48_000),
    line("Window lettering", 3, 21_500),
  ])(["ada", "sent"], ["ada", "paid"]),
  eur("dmitri", -31, "Musée des Ponts", "Audio guide, text", [line("Script, minute", 55, 3_800)])(
    ["ada", "updated", { lines: [line("Script, minute", 60, 3_800)] }],
    ["dmitri", "sent"],
    ["ben", "paid"],
  ),
  gbp("ben", -29, "Harbour & Finch", "Website hosting, autumn", [line("Month", 3, 9_900)])(
    ["ben", "sent"],
    ["ada", "voided", "Hosting is already part of the yearly contract."],
  ),
  usd("ada", -27, "Pinecrest Labs", "Design system, phase 1", [
    line("Component, designed and built", 14, 72_000),
    line("Documentation, day", 3, 84_000),
  ])(["ada", "sent"], ["ben", "paid"]),
  eur("dmitri", -26, "Bäckerei Sonntag", "Logo refresh", [line("Logo, three drafts", 1, 120_000)])(
    ["dmitri", "sent"],
    ["ada", "paid"],
  ),
  eur("ben", -24, "Velowerk Leipzig", "Catalogue photography", [
    line("Studio day", 2, 110_000),
    line("Retouching, picture", 86, 900),
  ])(["ben", "updated", { customer: "Velowerk Leipzig eG" }], ["ben", "sent"], ["ada", "paid"]),
  eur("ada", -22, "Nordlicht Optik GmbH", "Shop relaunch, second half", [
    line("Front end, day", 11, 84_000),
    line("Launch support, day", 2, 84_000),
  ])(["ada", "sent"], ["ben", "paid"]),
  usd("ben", -20, "Tidewater Brewing", "Label, summer ale", [line("Label artwork", 2, 58_000)])(
    ["ben", "sent"],
    ["ada", "voided", "Sent to the wrong company."],
    [
      "ada",
      "removed",
      {
        daysAgo: 12.3,
        reason: "Replaced by the one to Tidewater Brewing Co.",
        held: "Their accountants still ask about it.",
      },
    ],
  ),
  usd("ben", -20, "Tidewater Brewing Co.", "Label, summer ale", [line("Label artwork", 2, 58_000)])(
    ["ben", "sent"],
    ["ada", "paid"],
  ),
  gbp("dmitri", -17, "Larkspur School", "Prospectus", [
    line("Editorial design, page", 24, 6_500),
    line("Photography, half day", 1, 42_000),
  ])(["dmitri", "sent"], ["ben", "paid"]),
  eur("ada", -14, "Atelier Brume", "Exhibition leaflet", [line("Leaflet, eight pages", 1, 76_000)])(
    ["ada", "sent"],
  ),
  eur("dmitri", -12, "Musée des Ponts", "Audio guide, recording", [
    line("Studio hour", 9, 12_000),
    line("Speaker, two languages", 2, 45_000),
  ])(["dmitri", "updated", { title: "Audio guide, recording and edit" }], ["dmitri", "sent"]),
  eur("ben", -9, "Bäckerei Sonntag", "Test, please ignore", [line("Test", 1, 100)])([
    "ada",
    "removed",
    { daysAgo: 24.6 },
  ]),
  usd("ada", -6, "Pinecrest Labs", "Design system, phase 2", [
    line("Component, designed and built", 9, 72_000),
  ])(["ada", "sent"], ["ben", "paid"]),
  eur("ben", -3, "Velowerk Leipzig eG", "Trade fair stand", [
    ...STAND,
    line("Storage, month", 1, 12_000),
  ])(
    ["dmitri", "updated", { lines: STAND }, 9.4],
    ["ada", "updated", { title: "Trade fair stand, concept and walls" }],
    ["ben", "sent"],
  ),
  gbp("dmitri", 2, "Harbour & Finch", "Half-year report", [
    line("Editorial design, page", 32, 6_500),
  ])(["dmitri", "sent"]),
  eur("ada", 5, "Café Zwölf", "Winter menu", [line("Menu, two languages", 1, 48_000)])([
    "ada",
    "sent",
  ]),
  usd("ben", 8, "Tidewater Brewing Co.", "Tap room website", [
    line("Design, day", 5, 76_000),
    line("Front end, day", 7, 84_000),
    line("Copy, page", 6, 14_000),
  ])(["ben", "sent"]),
  eur("ada", 12, "Nordlicht Optik GmbH", "Care plan, December", [line("Month", 1, 65_000)])(
    ["ben", "updated", { lines: [line("Month", 1, 68_000)] }],
    ["ada", "sent"],
  ),
  gbp("dmitri", 14, "Larkspur School", "Open day posters", [
    line("Poster, print-ready", 3, 28_000),
  ])(["dmitri", "updated", { title: "Open day posters and banner" }]),
  usd("ada", 18, "Pinecrest Labs", "Design system, phase 3", [
    ...PHASE_3,
    line("Rush fee", 1, 150_000),
  ])(["ben", "updated", { lines: PHASE_3 }, 1.2]),
  eur("ben", 21, "Musée des Ponts", "Ticket shop, accessibility check", [
    line("Screen, checked and reported", 18, 9_500),
  ])(["ben", "updated", { title: "Ticket shop, accessibility audit" }]),
  eur("dmitri", 24, "Atelier Brume", "Postcard set", [
    ...POSTCARDS,
    line("Envelope, printed", 12, 1_400),
  ])(["dmitri", "updated", { lines: POSTCARDS }, 4.1]),
  gbp("ben", 30, "Harbour & Finch", "Care plan, winter", [line("Month", 3, 65_000)])(),
  eur("ada", 25, "Velowerk Leipzig eG", "Spring fair, offer", [
    ...SPRING_FAIR,
    line("Hostess, day", 2, 38_000),
  ])(
    ["ben", "updated", { title: "Spring fair, second offer" }],
    ["ben", "updated", { lines: SPRING_FAIR }, 0.4],
    ["ada", "removed", { daysAgo: 0.1, reason: "The fair was cancelled." }],
  ),
  gbp("ada", -2, "Larkspur School", "Yearbook", [
    line("Editorial design, page", 64, 6_500),
    line("Photography, half day", 3, 42_000),
    line("Proofreading, page", 64, 1_200),
  ])(["ada", "removed", { daysAgo: 3.2, reason: "The school does it by itself this year." }]),
  usd("ben", 9, "Pinecrest Labs", "Icon set", [line("Icon", 24, 9_000)])([
    "ada",
    "removed",
    {
      daysAgo: 2.1,
      reason: "Thought to be a duplicate.",
      ended: { as: "restored", daysAgo: 1.6 },
    },
  ]),
  eur("ben", 4, "Bäckerei Sonntag", "Second test", [line("Test", 1, 100)])([
    "ada",
    "removed",
    { daysAgo: 1.05, ended: { as: "purged", daysAgo: 0.9 } },
  ]),
];

export function line(description: string, quantity: number, unitCents: number): Line {
  return { description, quantity, unitCents };
}

type Draft = [by: Who, dueInDays: number, customer: string, title: string, lines: Line[]];

function eur(...draft: Draft) {
  return seedIn("EUR", draft);
}

function gbp(...draft: Draft) {
  return seedIn("GBP", draft);
}

function usd(...draft: Draft) {
  return seedIn("USD", draft);
}

function seedIn(currency: InvoiceInput["currency"], draft: Draft) {
  const [by, dueInDays, customer, title, lines] = draft;
  return (...story: Step[]): Seed => {
    return { by, dueInDays, invoice: { customer, title, currency, lines }, story };
  };
}
