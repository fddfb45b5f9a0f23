import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { buttonClass } from "../ui/buttonClass";
import { Notice } from "../ui/Notice";

export function NotFound() {
  return (
    <Notice icon={SearchX} title="There is no such page.">
      <Link to="/invoices" className={buttonClass()}>
        Go to the invoices
      </Link>
    </Notice>
  );
}
