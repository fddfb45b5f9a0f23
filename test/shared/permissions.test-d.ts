import { describe, expectTypeOf, test } from "vitest";
import { defineRoles, type Grant, type RoleMatrix } from "../../src/shared/permissions.js";

const open = defineRoles({
  viewer: { can: ["invoices.read"] },
  editor: { extends: ["viewer"], can: ["invoices.create", "invoices.*"] },
  admin: { can: ["*", "userProfiles.setRoles"] },
});

const listed = defineRoles(
  {
    viewer: { can: ["invoices.read", "*.read"] },
    clerk: { can: ["invoices.*"] },
    admin: { can: ["*"] },
  },
  { permissions: ["invoices.read", "invoices.delete", "files.read"] },
);

const grants: Grant[] = [];

describe("roles", () => {
  test("are the declared names", () => {
    expectTypeOf(open.roles).toEqualTypeOf<readonly ("viewer" | "editor" | "admin")[]>();
  });

  test("extend declared roles only", () => {
    defineRoles({
      viewer: { can: ["invoices.read"] },
      // @ts-expect-error a typo in extends
      editor: { extends: ["viewr"], can: [] },
    });
  });

  test("say what they can", () => {
    // @ts-expect-error no can
    defineRoles({ editor: { extends: [] } });
  });

  test("that are not declared have no permissions to list", () => {
    // @ts-expect-error a typo in a role
    open.permissionsOf("admn");
  });

  test("from outside become names by asking", () => {
    const name: string = "viewer";
    if (open.isRole(name)) expectTypeOf(name).toEqualTypeOf<"viewer" | "editor" | "admin">();
  });
});

describe("permissions without a list", () => {
  type Named = "invoices.read" | "invoices.create" | "userProfiles.setRoles";

  test("are those that roles name, without wildcards", () => {
    expectTypeOf(open).toEqualTypeOf<RoleMatrix<"viewer" | "editor" | "admin", Named>>();
    expectTypeOf(open.can).parameter(1).toEqualTypeOf<Named>();
    expectTypeOf(open.check).parameter(1).toEqualTypeOf<Named>();
    expectTypeOf(open.require).parameter(1).toEqualTypeOf<Named>();
    expectTypeOf(open.explain).parameter(1).toEqualTypeOf<Named>();
  });

  test("do not compile with a typo", () => {
    open.can(grants, "invoices.read");
    // @ts-expect-error a typo in the verb
    open.can(grants, "invoices.raed");
    // @ts-expect-error a typo in the table
    open.can(grants, "invocies.read");
    // @ts-expect-error a wildcard is nothing one can do
    open.can(grants, "invoices.*");
    // @ts-expect-error a wildcard is nothing one can do
    open.can(grants, "*");
  });

  test("leave no wildcard without a permission to cover", () => {
    // @ts-expect-error nobody names a permission of customers
    defineRoles({ viewer: { can: ["invoices.read", "customers.*"] } });
    // @ts-expect-error nobody names a permission to delete
    defineRoles({ viewer: { can: ["invoices.read", "*.delete"] } });
  });
});

describe("permissions with a list", () => {
  type Listed = "invoices.read" | "invoices.delete" | "files.read";

  test("are those in the list, also where only a wildcard covers them", () => {
    expectTypeOf(listed).toEqualTypeOf<RoleMatrix<"viewer" | "clerk" | "admin", Listed>>();
    listed.can(grants, "invoices.delete");
  });

  test("do not compile with a typo, although somebody can everything", () => {
    // @ts-expect-error a typo in the verb
    listed.can(grants, "invoices.delet");
    // @ts-expect-error not in the list
    listed.can(grants, "customers.read");
  });

  test("are all that roles may name or cover", () => {
    const permissions = ["invoices.read", "files.read"] as const;
    defineRoles({ viewer: { can: ["*", "invoices.read", "files.*", "*.read"] } }, { permissions });
    // @ts-expect-error a typo in a permission
    defineRoles({ viewer: { can: ["invoices.raed"] } }, { permissions });
    // @ts-expect-error a typo in a wildcard
    defineRoles({ viewer: { can: ["invocies.*"] } }, { permissions });
    // @ts-expect-error no permission with this verb
    defineRoles({ viewer: { can: ["*.delete"] } }, { permissions });
  });
});

describe("results", () => {
  test("name declared roles and permissions", () => {
    type Row = ReturnType<typeof listed.matrix>[number];
    expectTypeOf<Row["role"]>().toEqualTypeOf<"viewer" | "clerk" | "admin">();
    expectTypeOf<Row["cells"][number]["permission"]>().toEqualTypeOf<
      (typeof listed.permissions)[number]
    >();
    const decision = listed.check(grants, "files.read");
    if (decision.allowed) expectTypeOf(decision.via.role).toEqualTypeOf<Row["role"]>();
  });

  test("have a way only where allowed, a reason only where not", () => {
    const decision = open.check(grants, "invoices.read");
    // @ts-expect-error not known to be allowed
    void decision.via;
    // @ts-expect-error not known to be denied
    void decision.reason;
  });
});

describe("a matrix", () => {
  test("fits where any matrix does", () => {
    expectTypeOf(open).toExtend<RoleMatrix>();
  });

  test("of names known at run time takes any name", () => {
    const loaded = defineRoles({} as Record<string, { can: string[] }>);
    expectTypeOf(loaded).toEqualTypeOf<RoleMatrix<string, string>>();
  });

  test("of nothing allows nothing to be asked", () => {
    const none = defineRoles({});
    // @ts-expect-error there is no permission
    none.can(grants, "invoices.read");
  });
});
