import { Fragment } from "react";
import { Heading, Keyboard, Switch } from "react-aria-components";
import { CloseButton, Drawer } from "../ui/Drawer";
import { SCREENS } from "./screens";
import { useSingleKeys } from "./shortcuts";

const GROUPS: { title: string; keys: { keys: string[]; does: string }[] }[] = [
  {
    title: "Everywhere",
    keys: [
      { keys: ["Ctrl K", "/"], does: "Search, or jump to a screen or an invoice" },
      { keys: ["?"], does: "This page" },
      { keys: ["Esc"], does: "Close what is open" },
      { keys: ["Alt T"], does: "To the latest message, and its Undo" },
    ],
  },
  {
    title: "Go to",
    keys: SCREENS.map(({ label, key }) => ({ keys: [`g ${key}`], does: label })),
  },
  {
    title: "In a table",
    keys: [
      { keys: ["↑ ↓"], does: "From row to row" },
      { keys: ["Home", "End"], does: "First row, last row" },
      { keys: ["Enter"], does: "Open the row" },
      { keys: ["Tab"], does: "Out of the table" },
    ],
  },
];

/** What keys do, and what this app is. */
export default function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Drawer label="Help" isOpen onClose={onClose}>
      <div className="flex flex-col gap-6 p-6">
        <div className="flex items-start justify-between gap-4">
          <Heading slot="title" className="pt-1.5 text-base font-semibold">
            Help and shortcuts
          </Heading>
          <CloseButton onPress={onClose} />
        </div>
        <p className="-mt-4 text-pretty text-muted">
          Ledgerline is a small invoice desk on top of convex-platform. Switch the person at the top
          right, or open a second tab as somebody else, and watch both.
        </p>
        {GROUPS.map(({ title, keys }) => (
          <section key={title} className="flex flex-col gap-2">
            <h3 className="text-xs font-medium text-muted">{title}</h3>
            <dl className="rounded-md border border-line">
              {keys.map(({ keys, does }) => (
                <div
                  key={does}
                  className="flex items-center justify-between gap-4 border-b border-line px-3 py-2 last:border-b-0"
                >
                  <dt>{does}</dt>
                  <dd className="flex shrink-0 items-center gap-1.5 text-muted">
                    {keys.map((combination, i) => (
                      <Fragment key={combination}>
                        {i > 0 && "or"}
                        <Combination text={combination} />
                      </Fragment>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <SingleKeysSwitch />
      </div>
    </Drawer>
  );
}

function Combination({ text }: { text: string }) {
  return (
    <span className="flex gap-1">
      {text.split(" ").map((key) => (
        <Keyboard
          key={key}
          className="mono min-w-6 rounded-sm border border-line bg-ground px-1.5 py-0.5 text-center text-ink"
        >
          {key}
        </Keyboard>
      ))}
    </span>
  );
}

function SingleKeysSwitch() {
  const [isOn, switchTo] = useSingleKeys();
  return (
    <Switch
      isSelected={isOn}
      onChange={switchTo}
      className="group flex cursor-pointer items-center gap-3 self-start rounded-md data-focus-visible:outline-2"
    >
      <span className="flex h-5 w-9 shrink-0 items-center rounded-full border border-muted px-0.5 transition-colors group-data-selected:border-accent group-data-selected:bg-accent">
        <span className="size-3.5 rounded-full bg-muted transition-transform group-data-selected:translate-x-4 group-data-selected:bg-surface" />
      </span>
      Keys without Ctrl are shortcuts
    </Switch>
  );
}
