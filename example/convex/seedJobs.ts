import type { Actor } from "convex-platform";
import { createFunctionHandle } from "convex/server";
import { v, type Value } from "convex/values";
import { components, internal } from "./_generated/api";
import type { MutationCtx } from "./_generated/server";
import { internalMutation } from "./functions";
import type { Mood } from "./mailServer";
import { PEOPLE, tokenIdentifierOf, type Person } from "./people";
import { queues } from "./queues";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What is due before does not get in the way of who looks at the desk first. */
const SOON_MS = 3 * SECOND_MS;

type Who = Person["subject"];
type SeededMail = { by: Who; subject: string; to?: string; mood?: Mood; inMs?: number };

const MAILS: SeededMail[] = [
  { by: "ben", subject: "Your annual report is ready to print", mood: { busyTimes: 2 } },
  { by: "ada", subject: "Offer for the spring catalogue" },
  { by: "ben", subject: "Studio hours for the audio guide", to: "Musée des Ponts" },
  { by: "ben", subject: "Proofs of the summer label", mood: { busyTimes: 4 } },
  { by: "ada", subject: "Care plan, new rates", mood: { closedForMs: 45 * MINUTE_MS } },
  { by: "ben", subject: "Invitation to the open day" },
  { by: "ada", subject: "Season's greetings, first draft", inMs: 4 * DAY_MS },
  { by: "ben", subject: "Follow-up on the fair", inMs: 20 * MINUTE_MS },
  { by: "ada", subject: "Photographs for the prospectus", inMs: 6 * MINUTE_MS },
];

/** What nobody waits for any more. */
const CALLED_OFF: SeededMail = { by: "ben", subject: "Reply to the fair's organisers" };

/**
 * Enqueues jobs that end in every way there is, in the names of several people. A past that has not
 * been cannot be told of them, as it can of entries: they run.
 */
export const run = internalMutation({
  args: {},
  returns: v.null(),
  permission: "jobs.enqueue",
  handler: async (ctx) => {
    const today = new Date();
    for (const [by, monthsAgo] of [
      ["ada", 2],
      ["ben", 1],
    ] as const) {
      const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - monthsAgo, 1));
      const month = first.toISOString().slice(0, 7);
      await enqueueAs(ctx, by, {
        handle: await createFunctionHandle(internal.reports.build),
        name: "reports:build",
        queue: "reports",
        args: { month },
        label: `Report, ${month}`,
        inMs: SOON_MS,
      });
    }
    for (const mail of MAILS) await enqueueMail(ctx, mail);
    const id = await enqueueMail(ctx, CALLED_OFF);
    const caller = { actor: actorOf(CALLED_OFF.by), ip: "off" as const };
    const reason = "The fair was cancelled.";
    await ctx.runMutation(components.platform.jobs.cancel, { caller, id, reason });
    return null;
  },
});

async function enqueueMail(ctx: MutationCtx, mail: SeededMail): Promise<string> {
  const { by, subject, to = "press@atelier-brume.example", mood, inMs = SOON_MS } = mail;
  return await enqueueAs(ctx, by, {
    handle: await createFunctionHandle(internal.mails.send),
    name: "mails:send",
    queue: "mail",
    args: { to, subject, ...(mood && { mood }) },
    label: subject,
    inMs,
  });
}

type SeededJob = {
  handle: string;
  name: string;
  queue: keyof typeof queues;
  args: Value;
  label: string;
  inMs: number;
};

/** `platform.jobs` enqueues in the name of whoever is signed in; nobody is while a desk is filled. */
async function enqueueAs(ctx: MutationCtx, by: Who, job: SeededJob): Promise<string> {
  const { inMs, queue, ...rest } = job;
  const { timeoutMs } = queues[queue];
  const { mail } = queues;
  const isMail = queue === "mail";
  const [id] = await ctx.runMutation(components.platform.jobs.enqueue, {
    caller: { actor: actorOf(by), ip: "off" },
    jobs: [
      {
        ...rest,
        queue,
        runAt: Date.now() + inMs,
        policy: {
          maxAttempts: isMail ? mail.retry.maxAttempts : 3,
          initialBackoffMs: isMail ? mail.retry.initialBackoffMs : 500,
          base: 2,
          maxBackoffMs: 10 * MINUTE_MS,
        },
        timeoutMs,
        ...(isMail && { cap: { maxParallelism: mail.maxParallelism } }),
      },
    ],
  });
  return id!;
}

function actorOf(subject: Who): Actor {
  const person = PEOPLE.find((each) => each.subject === subject)!;
  return { type: "user", id: tokenIdentifierOf(person), label: person.name };
}
