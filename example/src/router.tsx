import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { parseAuditSearch } from "./auditLog/search";
import { parseInvoiceSearch, parseInvoicesSearch } from "./invoices/search";
import { parseJobsSearch } from "./jobs/search";
import { parsePeopleSearch } from "./people/search";
import { parseRolesSearch } from "./roles/search";
import { NotFound } from "./shell/NotFound";
import { ScreenError } from "./shell/ScreenError";
import { Shell } from "./shell/Shell";
import { parseTrashSearch } from "./trash/search";
import { patiently } from "./ui/patiently";

const rootRoute = createRootRoute({ component: Shell });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/invoices" });
  },
});

const invoicesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invoices",
  validateSearch: parseInvoicesSearch,
  component: lazyRouteComponent(
    () => patiently(() => import("./invoices/InvoicesScreen")),
    "InvoicesScreen",
  ),
});

const newInvoiceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invoices/new",
  component: lazyRouteComponent(
    () => patiently(() => import("./invoices/NewInvoiceScreen")),
    "NewInvoiceScreen",
  ),
});

const invoiceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invoices/$invoiceId",
  validateSearch: parseInvoiceSearch,
  component: lazyRouteComponent(
    () => patiently(() => import("./invoices/InvoiceScreen")),
    "InvoiceScreen",
  ),
});

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/overview",
  component: lazyRouteComponent(
    () => patiently(() => import("./overview/OverviewScreen")),
    "OverviewScreen",
  ),
});

const auditLogRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/audit-log",
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(
    () => patiently(() => import("./auditLog/AuditLogScreen")),
    "AuditLogScreen",
  ),
});

const trashRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/trash",
  validateSearch: parseTrashSearch,
  component: lazyRouteComponent(
    () => patiently(() => import("./trash/TrashScreen")),
    "TrashScreen",
  ),
});

const jobsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/jobs",
  validateSearch: parseJobsSearch,
  component: lazyRouteComponent(() => patiently(() => import("./jobs/JobsScreen")), "JobsScreen"),
});

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/people",
  validateSearch: parsePeopleSearch,
  component: lazyRouteComponent(
    () => patiently(() => import("./people/PeopleScreen")),
    "PeopleScreen",
  ),
});

const rolesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/roles",
  validateSearch: parseRolesSearch,
  component: lazyRouteComponent(
    () => patiently(() => import("./roles/RolesScreen")),
    "RolesScreen",
  ),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    invoicesRoute,
    newInvoiceRoute,
    invoiceRoute,
    overviewRoute,
    auditLogRoute,
    trashRoute,
    jobsRoute,
    peopleRoute,
    rolesRoute,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: ScreenError,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
  // Else a screen also gets what its parser has left out of the address.
  search: { strict: true },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
