import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";

export function BackLink() {
  return (
    <Link
      to="/invoices"
      className="inline-flex items-center gap-1.5 self-start text-muted transition-colors hover:text-ink"
    >
      <ArrowLeft aria-hidden className="size-4" />
      All invoices
    </Link>
  );
}
