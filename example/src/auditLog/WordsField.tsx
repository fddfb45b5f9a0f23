import { Search } from "lucide-react";
import { Input, SearchField } from "react-aria-components";
import { boxClass } from "../ui/fieldClasses";
import { LONGEST_WORDS, useTyped } from "../ui/useTyped";

type Props = { words: string | undefined; onChange: (words: string | undefined) => void };

/** Searches the whole log for words. */
export function WordsField({ words = "", onChange }: Props) {
  const [typed, type] = useTyped(words, (wanted) => onChange(wanted === "" ? undefined : wanted));
  return (
    <SearchField aria-label="Search the log" value={typed} onChange={type} className="relative">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
      />
      <Input
        placeholder="Search action, person, record or reason"
        maxLength={LONGEST_WORDS}
        className={`${boxClass} pl-9`}
      />
    </SearchField>
  );
}
