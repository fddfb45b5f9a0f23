import { testLooks, type Look } from "./looks";

const LOOKS: Look[] = [
  {
    name: "audit log filtered",
    path: "/audit-log?within=week&action=invoices.created&outcome=success",
    prepare: async (page) => {
      await page.getByText("Looked up by action; outcome picked out of those.").waitFor();
      await page.getByRole("img", { name: /^Entries by/ }).waitFor();
    },
    onPhone: async (page) => await page.getByRole("button", { name: "Filters" }).click(),
  },
  {
    name: "audit log nothing found",
    path: "/audit-log?words=nobodyeverwrotethis",
    prepare: async (page) => await page.getByText("Nothing in the log matches.").waitFor(),
  },
  {
    name: "audit log verified",
    path: "/audit-log?panel=verify",
    prepare: async (page) => await page.getByText("Everything is as it was sealed.").waitFor(),
  },
  {
    name: "audit log export",
    path: "/audit-log?panel=export",
    prepare: async (page) =>
      await page.getByRole("dialog").getByRole("button", { name: "Write the file" }).waitFor(),
  },
  {
    name: "audit log exported",
    path: "/audit-log?panel=export",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Write the file" }).click();
      await page.getByRole("link", { name: "Download" }).waitFor();
    },
  },
  {
    name: "break it menu",
    path: "/audit-log",
    prepare: async (page) => {
      await page.getByRole("row").nth(1).waitFor();
      await page.getByRole("button", { name: "Try to break it" }).click();
      await page.getByRole("menuitem").first().waitFor();
    },
  },
  {
    name: "break it refused",
    path: "/audit-log",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Try to break it" }).click();
      await page.getByRole("menuitem", { name: "A title of spaces" }).click();
      await page.getByRole("button", { name: "Send the invoice" }).click();
      await page.getByText("VALIDATION_FAILED").waitFor();
    },
  },
];

testLooks(LOOKS);
