import { Check, ChevronDown } from "lucide-react";
import {
  Button,
  Header,
  Label,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  Select as AriaSelect,
  SelectValue,
  type Key,
} from "react-aria-components";
import { boxClass, labelClass } from "./fieldClasses";
import { itemClass, popoverClass } from "./menuClasses";

export type Option = { id: string; label: string; isMono?: boolean };
export type Section = { title: string; options: Option[] };

type Props = {
  label: string;
  name?: string;
  value: string;
  onChange: (id: string) => void;
  options?: Option[];
  sections?: Section[];
};

/** One of a few; `options` stand before `sections`. */
export function Select({ label, value, onChange, options = [], sections = [], ...props }: Props) {
  return (
    <AriaSelect
      {...props}
      value={value}
      onChange={(key: Key | null) => key !== null && onChange(String(key))}
      className="flex min-w-0 flex-col gap-1"
    >
      <Label className={labelClass}>{label}</Label>
      <Button className={`${boxClass} flex items-center justify-between gap-2 text-left`}>
        <SelectValue className="truncate">{({ selectedText }) => selectedText}</SelectValue>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
      </Button>
      {/* No higher than there is room: over its button, the list would take the release as a choice. */}
      <Popover className={`${popoverClass} flex min-w-(--trigger-width) flex-col`}>
        <ListBox className="max-h-112 min-h-0 overflow-auto p-1">
          {options.map((option) => (
            <SelectItem key={option.id} {...option} />
          ))}
          {sections.map(({ title, options }) => (
            <ListBoxSection key={title} id={title}>
              <Header className="px-3 pt-3 pb-1 text-xs text-muted">{title}</Header>
              {options.map((option) => (
                <SelectItem key={option.id} {...option} />
              ))}
            </ListBoxSection>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

function SelectItem({ id, label, isMono }: Option) {
  return (
    <ListBoxItem id={id} textValue={label} className={itemClass}>
      <span className={isMono ? "mono" : ""}>{label}</span>
      <Check aria-hidden className="invisible size-4 shrink-0 in-data-selected:visible" />
    </ListBoxItem>
  );
}
