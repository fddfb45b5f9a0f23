import { Check, Monitor, Moon, Sun } from "lucide-react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Button } from "../ui/Button";
import { itemClass, popoverClass } from "../ui/menuClasses";
import { THEMES, useTheme, type Theme } from "./theme";

const LOOKS = {
  light: { label: "Light", icon: Sun },
  dark: { label: "Dark", icon: Moon },
  system: { label: "As the system", icon: Monitor },
};

export function ThemeSwitch() {
  const [theme, choose] = useTheme();
  const { label, icon: Icon } = LOOKS[theme];
  return (
    <MenuTrigger>
      <Button variant="icon" aria-label={`Theme: ${label}`}>
        <Icon aria-hidden className="size-4" />
      </Button>
      <Popover placement="bottom end" className={`${popoverClass} w-48`}>
        <Menu
          aria-label="Theme"
          className="p-1"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[theme]}
          onAction={(key) => choose(key as Theme)}
        >
          {THEMES.map((id) => (
            <MenuItem key={id} id={id} className={itemClass}>
              {LOOKS[id].label}
              <Check aria-hidden className="invisible size-4 in-data-selected:visible" />
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
