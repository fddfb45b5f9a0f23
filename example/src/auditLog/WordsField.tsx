import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { Input, SearchField } from "react-aria-components";
import { boxClass } from "../ui/fieldClasses";

/** Somebody who types is not asked after until they pause. */
const PAUSE_MS = 250;

type Props = { words: string | undefined; onChange: (words: string | undefined) => void };

/** Searches the whole log for words. */
export function WordsField({ words = "", onChange }: Props) {
  const [typed, setTyped] = useState(words);
  /** What this field has last told the address. */
  const [told, setTold] = useState(words);
  const [seen, setSeen] = useState(words);
  if (seen !== words) {
    setSeen(words);
    // The address changed by itself: by a link, or by going back.
    if (words !== told) {
      setTold(words);
      setTyped(words);
    }
  }
  const change = useEffectEvent((wanted: string) => {
    setTold(wanted);
    onChange(wanted === "" ? undefined : wanted);
  });
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === told) return;
    const timer = setTimeout(() => change(wanted), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, told]);
  return (
    <SearchField aria-label="Search the log" value={typed} onChange={setTyped} className="relative">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
      />
      <Input placeholder="Search action, person, record or reason" className={`${boxClass} pl-9`} />
    </SearchField>
  );
}
