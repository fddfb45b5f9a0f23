import type { TestConvex } from "convex-test";
import type {
  GenericDataModel,
  GenericMutationCtx,
  GenericSchema,
  SchemaDefinition,
} from "convex/server";
import type { UserProfiles } from "./client/userProfiles.js";

type App = TestConvex<SchemaDefinition<GenericSchema, boolean>>;

export type TestUser<RoleName extends string> = {
  /** Tells people apart. */
  subject: string;
  issuer?: string;
  name?: string;
  email?: string;
  /** Instead of the default role. */
  roles?: RoleName[];
};

/**
 * Somebody who is signed in, known to the platform, and has these roles.
 *
 * @param platform - the host's own `new Platform(…)`
 *
 * @example
 * const ada = await asUser(t, platform, { subject: "ada", name: "Ada", roles: ["admin"] });
 * await ada.mutation(api.invoices.send, { id });
 */
export async function asUser<T extends App, RoleName extends string>(
  t: T,
  platform: { userProfiles: UserProfiles<RoleName> },
  { roles, issuer = "https://id.test", ...claims }: TestUser<RoleName>,
): Promise<ReturnType<T["withIdentity"]>> {
  const tokenIdentifier = `${issuer}|${claims.subject}`;
  const user = t.withIdentity({ ...claims, issuer, tokenIdentifier });
  await user.run(async (testCtx) => {
    const ctx = testCtx as unknown as GenericMutationCtx<GenericDataModel>;
    const { profile } = await platform.userProfiles.sync(ctx);
    if (!roles) return;
    const grants = roles.map((role) => ({ role }));
    await platform.userProfiles.setRoles(ctx, profile.id, grants);
  });
  return user as ReturnType<T["withIdentity"]>;
}
