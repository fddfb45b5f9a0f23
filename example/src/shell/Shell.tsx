import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { patiently } from "../ui/patiently";
import { OfflineNote } from "./OfflineNote";
import { Rail } from "./Rail";
import { useShortcuts } from "./shortcuts";
import { TopBar } from "./TopBar";

// Nobody needs these for the first paint.
const loadPalette = () => patiently(() => import("./CommandPalette"));
const CommandPalette = lazy(loadPalette);
const HelpDialog = lazy(() => patiently(() => import("./HelpDialog")));

const PRELOAD_AFTER_MS = 1_000;

type Opened = "search" | "help" | null;

/** The frame of every screen: a rail on the left, a bar above, the screen itself. */
export function Shell() {
  const [opened, setOpened] = useState<Opened>(null);
  const onSearch = useCallback(() => setOpened("search"), []);
  const onHelp = useCallback(() => setOpened("help"), []);
  const onClose = useCallback(() => setOpened(null), []);
  useShortcuts({ onSearch, onHelp });
  // But who presses Ctrl K goes on typing at once. If it cannot be loaded, they find out then.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette().catch(() => {}), PRELOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[60px_minmax(0,1fr)] lg:grid-cols-[216px_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-30 focus:rounded-md focus:bg-ink focus:px-3 focus:py-2 focus:text-ground"
      >
        Skip to content
      </a>
      <Rail />
      <div className="min-w-0">
        <TopBar onSearch={onSearch} onHelp={onHelp} />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto max-w-[1216px] px-4 pt-6 pb-24 outline-none md:px-8"
        >
          <Outlet />
        </main>
        <OfflineNote />
      </div>
      <Suspense>
        {opened === "search" && <CommandPalette onClose={onClose} />}
        {opened === "help" && <HelpDialog onClose={onClose} />}
      </Suspense>
    </div>
  );
}
