import { describe, expect, test } from "vitest";
import { live, softDeleteFields } from "../../src/shared/validators.js";

describe("live", () => {
  test("puts deletedAt right behind what is looked up by", () => {
    expect(live(["invoiceId"])).toEqual(["invoiceId", "deletedAt"]);
    expect(live(["tenantId", "status"], ["dueAt"])).toEqual([
      "tenantId",
      "status",
      "deletedAt",
      "dueAt",
    ]);
    expect(live([])).toEqual(["deletedAt"]);
  });
});

describe("softDeleteFields", () => {
  test("are one number that live rows do not have", () => {
    expect(softDeleteFields.deletedAt).toMatchObject({ kind: "float64", isOptional: "optional" });
    expect(Object.keys(softDeleteFields)).toEqual(["deletedAt"]);
  });
});
