import { Hammer } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Button } from "../ui/Button";
import { itemClass, popoverClass } from "../ui/menuClasses";
import { patiently } from "../ui/patiently";
import { TRIALS, type TrialId } from "./trials";

const TrialPanel = lazy(() => patiently(() => import("./TrialPanel")));

/** Things that must not work, to be tried. */
export function BreakItMenu() {
  const [trial, setTrial] = useState<TrialId | null>(null);
  return (
    <>
      <MenuTrigger>
        <Button variant="icon" aria-label="Try to break it">
          <Hammer aria-hidden className="size-4" />
        </Button>
        <Popover placement="bottom end" className={`${popoverClass} w-80`}>
          <p className="px-4 pt-3 pb-1 text-xs font-medium text-muted">Try to break it</p>
          <Menu
            aria-label="Try to break it"
            className="p-1"
            onAction={(key) => setTrial(key as TrialId)}
          >
            {TRIALS.map(({ id, name, hint, icon: Icon }) => (
              <MenuItem
                key={id}
                id={id}
                textValue={name}
                className={`${itemClass} h-auto justify-start py-2`}
              >
                <Icon aria-hidden className="size-4 shrink-0 text-muted" strokeWidth={1.75} />
                <span className="min-w-0">
                  <span className="block font-medium">{name}</span>
                  <span className="block text-xs text-muted">{hint}</span>
                </span>
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      <Suspense>{trial && <TrialPanel id={trial} onClose={() => setTrial(null)} />}</Suspense>
    </>
  );
}
