/**
 * The libraries that the recipes use, as far as they use them: installed, they would outweigh
 * everything else here. Written after better-auth 1.6.34, @convex-dev/better-auth 0.12.5,
 * @clerk/backend 2.33.8, @workos-inc/node 8.13.0 and @convex-dev/auth 0.0.95, with which the
 * recipes were type-checked.
 */

declare module "@convex-dev/better-auth" {
  import type {
    FunctionReference,
    GenericActionCtx,
    GenericDataModel,
    GenericMutationCtx,
    GenericQueryCtx,
    HttpRouter,
    RegisteredMutation,
  } from "convex/server";

  type User = { _id: string; _creationTime: number; name: string; email: string };
  type Trigger<DataModel extends GenericDataModel> = (
    ctx: GenericMutationCtx<DataModel>,
    user: User,
    before: User,
  ) => Promise<void>;
  type Triggered = FunctionReference<"mutation", "internal", Record<string, unknown>>;
  type Auth = { handler: (request: Request) => Promise<Response> };

  export type GenericCtx<DataModel extends GenericDataModel> =
    GenericQueryCtx<DataModel> | GenericMutationCtx<DataModel> | GenericActionCtx<DataModel>;
  export function createClient<DataModel extends GenericDataModel>(
    component: unknown,
    config: {
      authFunctions: { onCreate: Triggered; onUpdate: Triggered; onDelete: Triggered };
      triggers: {
        user: Record<"onCreate" | "onUpdate" | "onDelete", Trigger<DataModel>>;
      };
    },
  ): {
    adapter(ctx: GenericCtx<DataModel>): object;
    registerRoutes(http: HttpRouter, createAuth: (ctx: GenericCtx<DataModel>) => Auth): void;
    triggersApi(): Record<
      "onCreate" | "onUpdate" | "onDelete",
      RegisteredMutation<"internal", Record<string, unknown>, Promise<void>>
    >;
  };
}

declare module "@convex-dev/better-auth/plugins" {
  import type { AuthConfig } from "convex/server";
  export function convex(options: { authConfig: AuthConfig }): object;
}

declare module "@convex-dev/better-auth/auth-config" {
  export function getAuthConfigProvider(): {
    type: "customJwt";
    issuer: string;
    applicationID: string;
    algorithm: "RS256";
    jwks: string;
  };
}

declare module "better-auth/minimal" {
  export function betterAuth(options: {
    baseURL: string;
    database: object;
    emailAndPassword: { enabled: boolean };
    plugins: object[];
  }): { handler: (request: Request) => Promise<Response> };
}

declare module "@clerk/backend/webhooks" {
  export function verifyWebhook(
    request: Request,
    options: { signingSecret: string },
  ): Promise<{ type: string; data: object }>;
}

declare module "@workos-inc/node" {
  export class WorkOS {
    constructor(apiKey: string);
    webhooks: {
      constructEvent(signed: {
        payload: Record<string, unknown>;
        sigHeader: string;
        secret: string;
      }): Promise<{ id: string; event: string; data: object }>;
    };
  }
}

declare module "@auth/core/providers/github" {
  const GitHub: (options: object) => object;
  export default GitHub;
}

declare module "@convex-dev/auth/server" {
  import type { AnyDataModel, GenericMutationCtx } from "convex/server";
  import type { GenericId } from "convex/values";

  export function convexAuth(config: {
    providers: unknown[];
    callbacks: {
      afterUserCreatedOrUpdated(
        ctx: GenericMutationCtx<AnyDataModel>,
        args: { userId: GenericId<"users"> },
      ): Promise<void>;
    };
  }): Record<"auth" | "signIn" | "signOut" | "store" | "isAuthenticated", unknown>;
}
