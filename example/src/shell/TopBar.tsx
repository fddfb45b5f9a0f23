import { CircleHelp, Search } from "lucide-react";
import { Keyboard } from "react-aria-components";
import { BreakItMenu } from "../breakIt/BreakItMenu";
import { Button } from "../ui/Button";
import { BackendBadge } from "./BackendBadge";
import { ConnectionDot } from "./ConnectionDot";
import { PersonSwitch } from "./PersonSwitch";
import { ScreenMenu } from "./ScreenMenu";
import { ThemeSwitch } from "./ThemeSwitch";

type Props = { onSearch: () => void; onHelp: () => void };

/** What is there on every screen. */
export function TopBar({ onSearch, onHelp }: Props) {
  return (
    <header className="sticky top-0 z-10 flex h-14 items-center justify-between gap-4 border-b border-line bg-ground px-4 max-md:pl-2 md:px-8">
      <div className="flex min-w-0 items-center gap-2 md:gap-4">
        <ScreenMenu />
        <p className="font-semibold tracking-tight md:hidden">Ledgerline</p>
        <p className="truncate font-medium max-md:hidden">Brightwater Studio</p>
        <div className="max-md:hidden">
          <BackendBadge isNarrow />
        </div>
        <ConnectionDot />
      </div>
      <div className="flex items-center gap-1">
        <SearchButton onPress={onSearch} />
        <Button variant="icon" aria-label="Help and shortcuts" onPress={onHelp}>
          <CircleHelp aria-hidden className="size-4" />
        </Button>
        <BreakItMenu />
        <ThemeSwitch />
        <div className="ml-2">
          <PersonSwitch />
        </div>
      </div>
    </header>
  );
}

/** Looks like the field it opens, where there is room for one. */
function SearchButton({ onPress }: { onPress: () => void }) {
  return (
    <>
      <div className="md:hidden">
        <Button variant="icon" aria-label="Search" onPress={onPress}>
          <Search aria-hidden className="size-4" />
        </Button>
      </div>
      <div className="mr-2 max-md:hidden">
        <Button variant="field" onPress={onPress}>
          <Search aria-hidden className="size-4" />
          Search or jump to
          <Keyboard className="ml-4 rounded-sm border border-line px-1 text-xs max-lg:hidden">
            {MODIFIER} K
          </Keyboard>
        </Button>
      </div>
    </>
  );
}

const MODIFIER = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
