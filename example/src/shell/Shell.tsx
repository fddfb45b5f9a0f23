import { Link, Outlet } from "@tanstack/react-router";
import { Database, FileText, ScrollText } from "lucide-react";
import { ConnectionDot } from "./ConnectionDot";
import { PersonSwitch } from "./PersonSwitch";
import { ThemeSwitch } from "./ThemeSwitch";

const SCREENS = [
  { to: "/invoices", label: "Invoices", icon: FileText },
  { to: "/audit-log", label: "Audit log", icon: ScrollText },
] as const;

/** The frame of every screen: a rail on the left (on phones: on top), a bar above, the screen itself. */
export function Shell() {
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[216px_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-30 focus:rounded-md focus:bg-ink focus:px-3 focus:py-2 focus:text-ground"
      >
        Skip to content
      </a>
      <Rail />
      <div className="min-w-0">
        <TopBar />
        <main id="content" className="mx-auto max-w-[1216px] px-4 pt-6 pb-24 md:px-8">
          <Outlet />
        </main>
      </div>
    </div>
  );
}

function Rail() {
  return (
    <nav
      aria-label="Screens"
      className="border-line bg-surface max-md:border-b md:sticky md:top-0 md:h-dvh md:border-r"
    >
      <p className="flex h-14 items-center px-5 font-semibold tracking-tight max-md:hidden">
        Ledgerline
      </p>
      <ul className="flex gap-1 overflow-x-auto p-2 md:flex-col md:px-3">
        {SCREENS.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              className="flex h-9 items-center gap-2 rounded-md px-2 whitespace-nowrap text-muted transition-colors hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:text-ink"
            >
              <Icon aria-hidden className="size-4" strokeWidth={1.75} />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function TopBar() {
  return (
    <header className="sticky top-0 z-10 flex h-14 items-center justify-between gap-4 border-b border-line bg-ground px-4 md:px-8">
      <div className="flex min-w-0 items-center gap-4">
        <p className="truncate font-medium max-md:hidden">Brightwater Studio</p>
        <BackendBadge />
        <ConnectionDot />
      </div>
      <div className="flex items-center gap-2">
        <ThemeSwitch />
        <PersonSwitch />
      </div>
    </header>
  );
}

function BackendBadge() {
  const isEmbedded = import.meta.env.VITE_CONVEX_BACKEND === "embedded";
  return (
    <span
      title={
        isEmbedded ? "A restart of the dev server starts afresh." : import.meta.env.VITE_CONVEX_URL
      }
      className="flex items-center gap-1.5 rounded-md border border-line px-2 py-0.5 text-xs whitespace-nowrap text-muted"
    >
      <Database aria-hidden className="size-3.5" strokeWidth={1.75} />
      {isEmbedded ? "embedded, in memory" : "deployment"}
    </span>
  );
}
