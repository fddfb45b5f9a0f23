import { useEffect, useEffectEvent, useState } from "react";

/** Somebody who types is not asked after until they pause. */
const PAUSE_MS = 250;

/** The backend refuses to search for more. */
export const LONGEST_WORDS = 200;

/**
 * The text of a field whose words stand in the address. What is typed is there at once, and the
 * address follows: it comes back too late to be what a field shows, and the caret would jump.
 *
 * @param words - as the address has them
 */
export function useTyped(
  words: string,
  onChange: (words: string) => void,
): [typed: string, type: (text: string) => void] {
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
  const tell = useEffectEvent((wanted: string) => {
    setTold(wanted);
    onChange(wanted);
  });
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === told) return;
    const timer = setTimeout(() => tell(wanted), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, told]);
  return [typed, setTyped];
}
