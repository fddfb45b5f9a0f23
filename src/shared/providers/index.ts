/**
 * Events of identity providers in the one shape that `platform.userProfiles.applyEvent` takes.
 *
 * Each mapper is pure and takes anything: what is missing, `null` or of another type counts as not
 * there, and an event that names no account gives `null`.
 */
export { betterAuthEvent } from "./betterAuth.js";
export { clerkEvent } from "./clerk.js";
export { convexAuthEvent } from "./convexAuth.js";
export { workosEvent } from "./workos.js";
export { readIdentity } from "./oidc.js";
export type { Claims, ProfileEvent } from "../userProfiles.js";
