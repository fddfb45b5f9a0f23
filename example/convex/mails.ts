import { NonRetryable, type Actor, type Platform, type PlatformErrorData } from "convex-platform";
import { text } from "convex-platform/rules";
import { vBatchEnd } from "convex-platform/validators";
import { ConvexError, v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import type { Doc } from "./_generated/dataModel";
import { internalMutation, mutation } from "./functions";
import { deliver, vMood } from "./mailServer";
import { platform } from "./platform";

/** Reminders of one press of the button. */
const MOST_REMINDERS = 100;
/** What is due within these days is asked for as well as what is late. */
const AHEAD_DAYS = 14;
const DAY_MS = 86_400_000;
/** Who has never told us an e-mail address. */
const WITHOUT_ADDRESS = ["Musée des Ponts"];

const vMail = v.object({
  to: v.string(),
  subject: v.string(),
  /** What it reminds of. */
  invoiceId: v.optional(v.id("invoices")),
  /** For the demo: what its mail server does to this one. */
  mood: v.optional(vMood),
});
type Mail = Infer<typeof vMail>;

/** Batches are no tables of ours. */
const auditLogs: Platform["auditLogs"] = platform.auditLogs;

// --- Handlers --------------------------------------------------------------------------------

// #region retries
/** Sends one mail. What is thrown is tried again, after longer and longer waits; this is not. */
export const send = platform.jobs.action({
  args: vMail.fields,
  handler: async (ctx, { to, subject, invoiceId: id, mood = {} }) => {
    const { key, attempt, signal } = ctx.job;
    if (!to.includes("@")) throw new NonRetryable(`“${to}” is no e-mail address.`, "NO_ADDRESS");
    await ctx.job.progress(0.3, "Talking to the mail server");
    const messageId = await deliver({ to, key, attempt, signal, mood });
    if (id) {
      const target = { table: "invoices", id, label: subject.split(" ")[0]! } as const;
      await ctx.audit({ action: "invoices.reminded", target, metadata: { to } });
    }
    return { messageId };
  },
});
// #endregion

// #region mutationJob
/** Sends an invoice at its time: what it writes, and that it is done, happen together or not at all. */
export const issue = platform.jobs.mutation({
  args: { id: v.id("invoices") },
  permission: "invoices.send",
  audit: "invoices.sent",
  handler: async (ctx, { id }) => {
    const invoice = await ctx.db.get("invoices", id);
    if (invoice?.status !== "draft") throw new NonRetryable("It is no draft any more.", "NO_DRAFT");
    await ctx.db.patch("invoices", id, { status: "sent" });
  },
});
// #endregion

// --- What begins them ------------------------------------------------------------------------

/** Sends one mail; the server is busy for the first few attempts, if that is wanted. */
export const sendOne = mutation({
  args: { to: v.string(), subject: v.string(), busyTimes: v.optional(v.number()) },
  returns: v.string(),
  permission: "jobs.enqueue",
  rules: { to: text({ max: 254 }), subject: text({ max: 120 }) },
  handler: async (ctx, { to, subject, busyTimes = 0 }): Promise<string> => {
    const mail = { to, subject, mood: { busyTimes } };
    return await platform.jobs.enqueue(ctx, internal.mails.send, mail, {
      queue: "mail",
      label: subject,
    });
  },
});

/** Sends a draft later; said again, at the other time. */
export const issueLater = mutation({
  args: { id: v.id("invoices"), runAt: v.number() },
  returns: v.string(),
  permission: "invoices.send",
  access: async (ctx, { id }) => await ctx.load("invoices", id),
  handler: async (ctx, { id, runAt }, { number }): Promise<string> => {
    const options = { runAt, label: `Send ${number}`, key: id, onConflict: "replace" } as const;
    return await platform.jobs.enqueue(ctx, internal.mails.issue, { id }, options);
  },
});

// #region batch
/** Reminds of every invoice that is late or due soon, with a job for each. */
export const remindAll = mutation({
  args: {},
  returns: v.string(),
  permission: "jobs.enqueue",
  handler: async (ctx): Promise<string> => {
    const sent = await ctx.db
      .query("invoices")
      .withIndex("by_status", (q) => q.eq("status", "sent"))
      .take(MOST_REMINDERS);
    const mails = sent.filter(isDueSoon).map(asReminder);
    if (mails.length === 0) throw nobodyOwes();
    const { id } = await platform.jobs.batch(ctx, internal.mails.send, mails, {
      queue: "mail",
      label: "Reminders",
      each: ({ subject }) => ({ label: subject }),
      onComplete: internal.mails.noteReminders,
      context: { by: ctx.actor },
    });
    return id;
  },
});

/** Called once, when the last of them has ended. */
export const noteReminders = internalMutation({
  args: vBatchEnd.fields,
  returns: v.null(),
  permission: "jobs.enqueue",
  handler: async (ctx, { batchId, counts, context }) => {
    const { by } = context as { by: Actor };
    const target = { table: "jobBatches", id: batchId, label: "Reminders" };
    await auditLogs.record(ctx, { action: "reminders.sent", actor: by, target, metadata: counts });
    return null;
  },
});
// #endregion

// --- Helpers ---------------------------------------------------------------------------------

function isDueSoon({ dueOn }: Doc<"invoices">): boolean {
  return Date.parse(dueOn) < Date.now() + AHEAD_DAYS * DAY_MS;
}

function asReminder({ _id, number, customer, title }: Doc<"invoices">, place: number): Mail {
  return {
    to: addressOf(customer),
    subject: `${number} ${title}`,
    invoiceId: _id,
    // Every third one has to be tried twice.
    mood: { busyTimes: place % 3 === 2 ? 1 : 0 },
  };
}

/** "accounts@atelier-brume.example"; the demo writes to nobody who exists. */
function addressOf(customer: string): string {
  if (WITHOUT_ADDRESS.includes(customer)) return customer;
  const plain = customer.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return `accounts@${plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}.example`;
}

function nobodyOwes() {
  const message = "Nobody owes anything that is due within two weeks.";
  return new ConvexError<PlatformErrorData>({ code: "INVALID_STATE", message });
}
