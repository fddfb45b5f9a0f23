import { useNavigate } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { CornerDownLeft, FileText, Plus, Search, type LucideIcon } from "lucide-react";
import { useDeferredValue, useState, type KeyboardEvent, type ReactNode } from "react";
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Modal,
  ModalOverlay,
  SearchField,
} from "react-aria-components";
import { api } from "../../convex/_generated/api";
import { useSignIn } from "../session/session";
import { itemClass } from "../ui/menuClasses";
import { useLatest } from "../ui/useLatest";
import { SCREENS } from "./screens";

type Choice = {
  id: string;
  label: string;
  detail?: ReactNode;
  icon: LucideIcon;
  go: () => unknown;
};

/** Jumps to a screen, or to an invoice by number, customer or title. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const { screens, invoices, isLoading } = useChoices(text);
  const choices = [...screens, ...invoices];
  const choose = (id: string) => {
    onClose();
    choices.find((choice) => choice.id === id)?.go();
  };
  // React-aria focuses what is found first, but not where it came amid fast letters or a deletion.
  const chooseFirst = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || text.trim() === "") return;
    const isFocused = event.currentTarget.querySelector("[role=option][data-focused]") !== null;
    const [first] = choices;
    if (isFocused || !first) return;
    event.preventDefault();
    event.stopPropagation();
    choose(first.id);
  };
  return (
    <ModalOverlay
      isOpen
      onOpenChange={onClose}
      isDismissable
      className="fixed inset-0 z-20 flex items-start justify-center bg-veil p-4 pt-[12dvh] transition-opacity data-entering:opacity-0"
    >
      <Modal className="w-full max-w-xl overflow-hidden rounded-md border border-line bg-surface">
        <Dialog aria-label="Search">
          <div onKeyDownCapture={chooseFirst}>
            <Autocomplete inputValue={text} onInputChange={setText}>
              <SearchField
                aria-label="Search"
                autoFocus
                className="flex items-center gap-3 border-b border-line px-4"
              >
                <Search aria-hidden className="size-4 shrink-0 text-muted" />
                <Input
                  placeholder="Screen, invoice number or customer"
                  className="h-12 w-full min-w-0 bg-transparent outline-none placeholder:text-muted [&::-webkit-search-cancel-button]:hidden"
                />
              </SearchField>
              <ListBox
                aria-label="Results"
                selectionMode="none"
                onAction={(key) => choose(String(key))}
                renderEmptyState={() => (
                  <p className="px-3 py-6 text-center text-muted">
                    {isLoading ? "Searching" : "Nothing here has that name or number."}
                  </p>
                )}
                className="max-h-[52dvh] overflow-auto p-2"
              >
                <ChoiceSection title="Go to" choices={screens} />
                <ChoiceSection title="Invoices" choices={invoices} />
              </ListBox>
            </Autocomplete>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function ChoiceSection({ title, choices }: { title: string; choices: Choice[] }) {
  if (choices.length === 0) return null;
  return (
    <ListBoxSection id={title}>
      <Header className="px-3 pt-2 pb-1 text-xs text-muted">{title}</Header>
      {choices.map(({ id, label, detail, icon: Icon }) => (
        <ListBoxItem key={id} id={id} textValue={label} className={`${itemClass} group`}>
          <span className="flex min-w-0 items-center gap-3">
            <Icon aria-hidden className="size-4 shrink-0 text-muted" strokeWidth={1.75} />
            <span className="shrink-0">{label}</span>
            {detail && <span className="truncate text-muted">{detail}</span>}
          </span>
          <CornerDownLeft
            aria-hidden
            className="invisible size-4 shrink-0 text-muted group-data-focused:visible"
          />
        </ListBoxItem>
      ))}
    </ListBoxSection>
  );
}

function useChoices(text: string) {
  const navigate = useNavigate();
  const wanted = text.trim().toLowerCase();
  const asked = useDeferredValue(wanted);
  const isAsking = useSignIn() === "signedIn" && asked !== "";
  const answer = useQuery(api.invoiceSearch.find, isAsking ? { text: asked } : "skip");
  const latest = useLatest(answer) ?? [];
  // Enter takes the first: of what was found for the letters before, only what fits these as well.
  const found =
    answer ??
    latest.filter((invoice) =>
      [invoice.number, invoice.customer, invoice.title].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
    );
  const places: Choice[] = [
    ...SCREENS.map(({ to, label, icon }) => ({
      id: to,
      label,
      icon,
      go: () => void navigate({ to }),
    })),
    {
      id: "new",
      label: "New invoice",
      icon: Plus,
      go: () => void navigate({ to: "/invoices/new" }),
    },
  ];
  const invoices: Choice[] = found.map(({ id, number, customer, title }) => ({
    id,
    label: number,
    detail: (
      <>
        <bdi>{customer}</bdi> · <bdi>{title}</bdi>
      </>
    ),
    icon: FileText,
    go: () => void navigate({ to: "/invoices/$invoiceId", params: { invoiceId: id } }),
  }));
  return {
    screens: places.filter(({ label }) => label.toLowerCase().includes(wanted)),
    invoices: wanted === "" ? [] : invoices,
    isLoading: isAsking && answer === undefined,
  };
}
