// #region clerk
// convex/http.ts
import { verifyWebhook } from "@clerk/backend/webhooks";
import { clerkEvent } from "convex-platform/providers";
import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";
import { platform } from "./platform";

const http = httpRouter();

http.route({
  path: "/clerk",
  method: "POST",
  handler: httpAction(async (ctx, request) => {
    const signingSecret = process.env.CLERK_WEBHOOK_SIGNING_SECRET!;
    const payload = await verifyWebhook(request, { signingSecret }).catch(() => null);
    if (!payload) return new Response("Not signed by Clerk.", { status: 400 });
    const issuer = process.env.CLERK_FRONTEND_API_URL!;
    const event = clerkEvent(payload, { issuer, headers: request.headers });
    await platform.userProfiles.applyEvent(ctx, event);
    return new Response();
  }),
});

export default http;
// #endregion
