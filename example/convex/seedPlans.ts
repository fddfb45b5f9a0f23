import { line, type Seed, type Step } from "./seedData";

/** Customers who get the same invoice each month, with the hours of that month. */
const PLANS = [
  {
    by: "ada",
    customer: "Nordlicht Optik GmbH",
    currency: "EUR",
    title: "Care plan",
    lines: (hours: number) => [
      line("Care plan, month", 1, 62_000),
      line("Extra hour", hours, 9_500),
    ],
  },
  {
    by: "ben",
    customer: "Pinecrest Labs",
    currency: "USD",
    title: "Design retainer",
    lines: (hours: number) => [
      line("Retainer, day", 3, 76_000),
      line("Review, hour", hours, 9_500),
    ],
  },
  {
    by: "ben",
    customer: "Harbour & Finch",
    currency: "GBP",
    title: "Hosting",
    lines: () => [line("Hosting, month", 1, 9_900)],
  },
] as const;

/** Months back from the one before last. */
const MONTHS = 9;
const FIRST_MONTH = 2;
const DAYS_OF_A_MONTH = 30;

/**
 * What is written month after month, the oldest first: sent, now and then corrected before, and
 * paid since.
 *
 * @param today - milliseconds since 1970
 */
export function planSeeds(today: number): Seed[] {
  const ages = Array.from({ length: MONTHS }, (_, i) => FIRST_MONTH + MONTHS - 1 - i);
  return ages.flatMap((monthsAgo) =>
    PLANS.map(({ by, customer, currency, title, lines }, place): Seed => {
      const hours = 2 + ((monthsAgo * 5 + place * 3) % 7);
      const asSent = lines(hours);
      // Somebody forgot an hour of the last line, and saw it in time.
      const isCorrected = asSent.length > 1 && (monthsAgo + place) % 4 === 0;
      const asWritten = isCorrected ? withHours(asSent, hours - 1) : asSent;
      const corrected: Step[] = isCorrected ? [[by, "updated", { lines: asSent }]] : [];
      const payer = by === "ada" ? "ben" : "ada";
      return {
        by,
        invoice: {
          customer,
          title: `${title}, ${monthName(today, monthsAgo)}`,
          currency,
          lines: asWritten,
        },
        dueInDays: 14 - monthsAgo * DAYS_OF_A_MONTH,
        story: [...corrected, [by, "sent"], [payer, "paid"]],
      };
    }),
  );
}

function withHours(lines: Seed["invoice"]["lines"], quantity: number): Seed["invoice"]["lines"] {
  return lines.map((line, i) => (i === lines.length - 1 ? { ...line, quantity } : line));
}

function monthName(today: number, monthsAgo: number): string {
  const date = new Date(today);
  date.setUTCMonth(date.getUTCMonth() - monthsAgo, 1);
  return MONTH_NAMES[date.getUTCMonth()]!;
}

const MONTH_NAMES = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
