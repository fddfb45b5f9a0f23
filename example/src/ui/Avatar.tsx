type Props = { name: string; isMuted?: boolean };

/** Somebody's initials; decoration, since their name stands beside it. */
export function Avatar({ name, isMuted = false }: Props) {
  return (
    <span
      aria-hidden
      className={`grid size-8 shrink-0 place-items-center rounded-full border border-line text-xs font-medium ${isMuted ? "bg-ground text-muted" : "bg-sunken"}`}
    >
      {initialsOf(name)}
    </span>
  );
}

/** "Elif Kaya" is EK, "Ada" is A. */
function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return [first, last].map((word) => word?.[0]?.toUpperCase() ?? "").join("");
}
