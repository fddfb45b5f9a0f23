import type { AuthConfig } from "convex/server";
import { APPLICATION_ID, ISSUER } from "./people";

/** The demo's public keys as a `data:` URL: made on the first run, see example/embedded. */
// eslint-disable-next-line no-restricted-properties -- this file is how Convex reads its settings
const jwks = process.env.DEMO_JWKS!;

export default {
  providers: [
    { type: "customJwt", issuer: ISSUER, applicationID: APPLICATION_ID, algorithm: "ES256", jwks },
  ],
} satisfies AuthConfig;
