// @vitest-environment node
import { ConvexHttpClient } from "convex/browser";
import { describe, expect, onTestFinished, test } from "vitest";
import { api } from "../../example/convex/_generated/api";
import { TamperSwitch } from "../../example/demo/tamper";
import mounts from "../../example/embedded/app";
import { startEmbedded } from "../embedded/startEmbedded";
import { anInvoice } from "./world";

/** The served desk, Ada signed in to it, and the hand in its till. */
async function aDeskWithSwitch() {
  const { backend, tokenFor, url, close } = await startEmbedded({ app: mounts });
  onTestFinished(close);
  await backend.engine.run("", "seed:invite");
  const ada = new ConvexHttpClient(url, { logger: false });
  ada.setAuth(await tokenFor("ada"));
  return { ada, tamper: new TamperSwitch(backend.engine) };
}

describe("the tamper switch", () => {
  test("makes verification name the entry, and clears it when it puts the entry back", async () => {
    const { ada, tamper } = await aDeskWithSwitch();
    await ada.mutation(api.invoices.create, anInvoice());
    await ada.mutation(api.auditProofs.seal, {});
    const tampering = await tamper.edit();
    expect(tampering).toMatchObject({ path: "amountCents", was: 9_600, is: 96 });
    expect(await ada.action(api.auditProofs.verify, {})).toMatchObject({
      ok: false,
      faults: [{ kind: "entry_changed", entryId: tampering?.entryId }],
    });
    await tamper.putBack();
    expect(tamper.tampering).toBeNull();
    expect(await ada.action(api.auditProofs.verify, {})).toMatchObject({ ok: true });
  });

  test("edits one entry, however often it is pressed", async () => {
    const { ada, tamper } = await aDeskWithSwitch();
    await ada.mutation(api.invoices.create, anInvoice());
    await ada.mutation(api.auditProofs.seal, {});
    expect(await tamper.edit()).toEqual(await tamper.edit());
  });

  test("leaves alone what is not sealed: there would be nothing to find", async () => {
    const { ada, tamper } = await aDeskWithSwitch();
    await ada.mutation(api.invoices.create, anInvoice());
    expect(await tamper.edit()).toBeNull();
  });
});
