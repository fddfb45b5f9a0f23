import type { ExternalToast, toast as sonner } from "sonner";

type Call = (toast: typeof sonner) => void;

let shown: typeof sonner | null = null;
let wanted: () => void = () => {};
const waiting: Call[] = [];

/** Says something in passing. What shows it is loaded with the first: no screen waits for it. */
export const toast = Object.assign((message: string) => say((toast) => toast(message)), {
  success: (message: string, options?: ExternalToast) =>
    say((toast) => toast.success(message, options)),
  error: (message: string) => say((toast) => toast.error(message)),
});

/** Calls `load` when something is to be shown, and nothing is there that could. */
export function onFirstToast(load: () => void): void {
  wanted = load;
  if (waiting.length > 0) load();
}

/** From now on toasts are shown, beginning with those that had to wait. */
export function showToasts(toast: typeof sonner): void {
  shown = toast;
  for (const call of waiting.splice(0)) call(toast);
}

function say(call: Call): void {
  if (shown) return call(shown);
  waiting.push(call);
  wanted();
}
