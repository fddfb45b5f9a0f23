import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { IpMode } from "./auditLogs.js";

/** The part of an ip address that may be kept. An address in no known form is not kept. */
export function maskIp(ip: string, mode: IpMode): string | undefined {
  if (mode === "off") return undefined;
  if (mode === "full") return ip;
  if (typeof mode === "object") return hashIp(ip, mode.hashKey);
  const ipv4 = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/i.exec(ip);
  if (ipv4) return `${ipv4[1]}.0`;
  const groups = expandIpv6(ip);
  return groups && `${groups.slice(0, 3).join(":")}::`;
}

/** The same address gives the same text, and nobody without the key can try all addresses. */
function hashIp(ip: string, key: string): string {
  const hash = hmac(sha256, utf8ToBytes(key), utf8ToBytes(ip));
  return `hmac:${bytesToHex(hash.slice(0, 16))}`;
}

function expandIpv6(ip: string): string[] | undefined {
  const [head = "", tail, ...more] = ip.toLowerCase().split("::");
  if (more.length > 0 || !ip.includes(":")) return undefined;
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  if (zeros < 0) return undefined;
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  const isValid = groups.length === 8 && groups.every((group) => /^[0-9a-f]{1,4}$/.test(group));
  return isValid ? groups.map((group) => group.replace(/^0+(?=.)/, "")) : undefined;
}
