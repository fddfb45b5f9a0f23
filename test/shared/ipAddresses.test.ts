import { describe, expect, test } from "vitest";
import { maskIp } from "../../src/shared/ipAddresses.js";

describe("maskIp", () => {
  test.each([
    ["203.0.113.176", "203.0.113.0"],
    ["::ffff:203.0.113.176", "203.0.113.0"],
    ["2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:85a3::"],
    ["2001:0DB8::1", "2001:db8:0::"],
    ["::1", "0:0:0::"],
  ])("keeps the network of %s", (ip, network) => {
    expect(maskIp(ip, "truncated")).toBe(network);
  });

  test.each([
    "",
    "localhost",
    "1.2.3",
    "1:2:3",
    "::1::",
    "12345::",
    "1:2:3:4:5:6:7:8:9",
    "fe80::1%eth0",
  ])("keeps nothing of %j, which is no address it knows", (ip) => {
    expect(maskIp(ip, "truncated")).toBeUndefined();
  });

  test("keeps all or nothing when asked", () => {
    expect(maskIp("203.0.113.176", "full")).toBe("203.0.113.176");
    expect(maskIp("203.0.113.176", "off")).toBeUndefined();
  });

  test("hashes with the key: alike for one address, unlike for others and other keys", () => {
    const mode = { hashKey: "a secret of the host" };
    const hash = maskIp("203.0.113.176", mode);
    expect(hash).toMatch(/^hmac:[0-9a-f]{32}$/);
    expect(maskIp("203.0.113.176", mode)).toBe(hash);
    expect(maskIp("203.0.113.177", mode)).not.toBe(hash);
    expect(maskIp("203.0.113.176", { hashKey: "another secret key" })).not.toBe(hash);
  });
});
