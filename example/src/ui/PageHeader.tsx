import type { ReactNode } from "react";

type Props = {
  title: string;
  /** Stands beside the title. */
  mark?: ReactNode;
  subtitle: ReactNode;
  /** What one can do here. */
  children?: ReactNode;
};

export function PageHeader({ title, mark, subtitle, children }: Props) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
      <title>{`${title} · Ledgerline`}</title>
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {mark}
        </div>
        <p className="mt-1 wrap-anywhere text-muted">{subtitle}</p>
      </div>
      {children && <div className="flex flex-wrap items-center gap-2 empty:hidden">{children}</div>}
    </header>
  );
}
