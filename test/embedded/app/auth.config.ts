import type { AuthConfig } from "convex/server";

export default {
  providers: [
    {
      type: "customJwt",
      issuer: "https://ledgerline.demo",
      applicationID: "ledgerline",
      algorithm: "ES256",
      jwks: process.env.DEMO_JWKS!,
    },
  ],
} satisfies AuthConfig;
