import { Check, UserRound } from "lucide-react";
import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from "react-aria-components";
import { PEOPLE } from "../../convex/people";
import { useSession } from "../session/session";
import { itemClass, popoverClass } from "../ui/menuClasses";

const NOBODY = "nobody";

/** Signs this tab in as somebody else. A demo asks for no password. */
export function PersonSwitch() {
  const { person, switchTo } = useSession();
  return (
    <MenuTrigger>
      <Button
        aria-label={person ? `Signed in as ${person.name}. Switch person` : "Signed out. Sign in"}
        className="grid size-8 place-items-center rounded-full bg-ink text-xs font-semibold text-ground transition-colors hover:bg-ink/85"
      >
        {person ? person.name[0] : <UserRound aria-hidden className="size-4" />}
      </Button>
      <Popover placement="bottom end" className={`${popoverClass} w-64`}>
        <Menu
          aria-label="Person"
          className="p-1"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[person?.subject ?? NOBODY]}
          onAction={(key) => switchTo(PEOPLE.find(({ subject }) => subject === key) ?? null)}
        >
          {PEOPLE.map(({ subject, name, email }) => (
            <MenuItem key={subject} id={subject} textValue={name} className={`${itemClass} h-12`}>
              <span className="min-w-0">
                <span className="block font-medium">{name}</span>
                <span className="block truncate text-xs text-muted">{email}</span>
              </span>
              <Check aria-hidden className="invisible size-4 in-data-selected:visible" />
            </MenuItem>
          ))}
          <Separator className="my-1 border-t border-line" />
          <MenuItem id={NOBODY} className={itemClass}>
            Signed out
            <Check aria-hidden className="invisible size-4 in-data-selected:visible" />
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
