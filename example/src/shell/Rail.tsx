import { Link } from "@tanstack/react-router";
import { SCREENS } from "./screens";

/** All screens at the left: with their names where there is room, else as icons. Phones have a menu. */
export function Rail() {
  return (
    <nav
      aria-label="Screens"
      className="sticky top-0 h-dvh border-r border-line bg-surface max-md:hidden"
    >
      <p className="flex h-14 items-center px-5 font-semibold tracking-tight">
        <span aria-hidden className="lg:hidden">
          L
        </span>
        <span className="max-lg:sr-only">Ledgerline</span>
      </p>
      <ScreenLinks isNarrow />
    </nav>
  );
}

type LinksProps = {
  /** Names hide from the medium to the large screen. */
  isNarrow?: boolean;
  onFollow?: () => void;
};

export function ScreenLinks({ isNarrow = false, onFollow }: LinksProps) {
  return (
    <ul className="flex flex-col gap-1 px-3 py-2">
      {SCREENS.map(({ to, label, icon: Icon }) => (
        <li key={to}>
          <Link
            to={to}
            {...(isNarrow && { title: label })}
            {...(onFollow && { onClick: onFollow })}
            className={`flex h-9 items-center gap-2.5 rounded-md px-2.5 whitespace-nowrap text-muted transition-colors hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:text-ink ${isNarrow ? "" : "max-md:h-11"}`}
          >
            <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
            <span className={isNarrow ? "max-lg:sr-only" : ""}>{label}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
