import { FileText, Gauge, ScrollText, ShieldCheck, Trash2, Users, Workflow } from "lucide-react";

/** Every screen of the rail, in its order. `key`: what follows `g` to go there. */
export const SCREENS = [
  { to: "/invoices", label: "Invoices", icon: FileText, key: "i" },
  { to: "/overview", label: "Overview", icon: Gauge, key: "o" },
  { to: "/audit-log", label: "Audit log", icon: ScrollText, key: "a" },
  { to: "/trash", label: "Trash", icon: Trash2, key: "t" },
  { to: "/jobs", label: "Jobs", icon: Workflow, key: "j" },
  { to: "/people", label: "People", icon: Users, key: "p" },
  { to: "/roles", label: "Roles", icon: ShieldCheck, key: "r" },
] as const;
