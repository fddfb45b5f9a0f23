// #region workos
// convex/http.ts
import { WorkOS } from "@workos-inc/node";
import { workosEvent } from "convex-platform/providers";
import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";
import { platform } from "./platform";

const http = httpRouter();

http.route({
  path: "/workos",
  method: "POST",
  handler: httpAction(async (ctx, request) => {
    const { webhooks } = new WorkOS(process.env.WORKOS_API_KEY!);
    const sigHeader = request.headers.get("workos-signature") ?? "";
    const secret = process.env.WORKOS_WEBHOOK_SECRET!;
    const payload = await request
      .json()
      .then((body) => webhooks.constructEvent({ payload: body, sigHeader, secret }))
      .catch(() => null);
    if (!payload) return new Response("Not signed by WorkOS.", { status: 400 });
    const clientId = process.env.WORKOS_CLIENT_ID!;
    const issuer = `https://api.workos.com/user_management/${clientId}`;
    await platform.userProfiles.applyEvent(ctx, workosEvent(payload, { issuer }));
    return new Response();
  }),
});

export default http;
// #endregion
