import { httpActionGeneric, httpRouter } from "convex/server";

const http = httpRouter();
http.route({
  path: "/api/echo",
  method: "POST",
  handler: httpActionGeneric(async (ctx, request) => {
    const identity = await ctx.auth.getUserIdentity();
    const { userAgent } = await ctx.meta.getRequestMetadata();
    const { searchParams } = new URL(request.url);
    const body = {
      said: await request.text(),
      to: searchParams.get("to"),
      by: identity?.name,
      userAgent,
    };
    return Response.json(body, { status: 202, headers: { "X-Echo": "yes" } });
  }),
});

export default http;
