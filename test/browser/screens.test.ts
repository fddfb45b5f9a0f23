import { testLooks, type Look } from "./looks";

const SCREENS: Look[] = [
  {
    name: "invoices",
    path: "/invoices",
    // Other tests write invoices on the same desk, so nobody knows which are the newest.
    prepare: async (page) => await page.getByRole("row", { name: /INV-/ }).first().waitFor(),
  },
  {
    name: "invoice refused",
    path: "/invoices/new",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Save draft" }).click();
      await page.getByText("The invoice was not saved.").waitFor();
    },
  },
  {
    name: "invoice history",
    path: "/invoices?status=paid",
    prepare: async (page) => {
      await page.getByRole("row", { name: /INV-1018/ }).click();
      await page.getByRole("tab", { name: "History" }).click();
      // The oldest entry stands last, and shows its first fields.
      await page.getByText('"INV-1018"').waitFor();
    },
  },
  {
    name: "audit log",
    path: "/audit-log",
    // Whatever other tests have recorded last; below the head.
    prepare: async (page) => await page.getByRole("row").nth(1).waitFor(),
  },
  {
    name: "audit log, one entry",
    path: "/audit-log?action=invoices.updated",
    prepare: async (page) => {
      await page
        .getByRole("row", { name: /invoices.updated/ })
        .first()
        .click();
      await page.getByRole("dialog").getByText("Before").waitFor();
    },
  },
  {
    name: "overview",
    path: "/overview",
    prepare: async (page) => {
      await page.getByRole("img", { name: /Active people by role/ }).waitFor();
      await page.getByRole("img", { name: /Events by day/ }).waitFor();
      await page
        .getByRole("region", { name: "Latest events" })
        .getByRole("listitem")
        .first()
        .waitFor();
    },
  },
  {
    name: "people",
    path: "/people",
    prepare: async (page) => await page.getByRole("row", { name: /Elif Kaya/ }).waitFor(),
  },
  {
    name: "one person",
    path: "/people",
    prepare: async (page) => {
      await page.getByRole("row", { name: /Elif Kaya/ }).click();
      await page.getByRole("dialog").getByText("Before").waitFor();
    },
  },
  {
    name: "nobody found",
    path: "/people?words=zzz",
    prepare: async (page) => await page.getByText("No name or e-mail begins with").waitFor(),
  },
  {
    name: "roles",
    path: "/roles",
    prepare: async (page) => await page.getByText("Elif Kaya", { exact: true }).waitFor(),
  },
  {
    name: "roles of one person",
    path: "/roles",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Change the roles of Ben" }).click();
      await page.getByText("everything there is").click();
      await page.getByText("Ben will be able to").waitFor();
    },
  },
  {
    name: "search",
    path: "/people",
    prepare: async (page) => {
      await page.getByRole("button", { name: /^Search/ }).click();
      await page.getByRole("searchbox", { name: "Search", exact: true }).waitFor();
      await page.keyboard.type("atelier");
      await page.getByRole("option", { name: /INV-1027/ }).waitFor();
    },
  },
  {
    name: "help",
    path: "/people",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Help and shortcuts" }).click();
      await page.getByRole("switch").waitFor();
    },
  },
  {
    name: "signed out",
    path: "/audit-log",
    prepare: async (page) => {
      await page.getByRole("button", { name: /Signed in as Ada/ }).click();
      await page.getByRole("menuitemradio", { name: "Signed out" }).click();
      await page.getByText("Nobody is signed in.").waitFor();
    },
  },
];

testLooks(SCREENS);
