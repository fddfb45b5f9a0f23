import { Check, Lock, Minus } from "lucide-react";
import type { Permission, RoleName } from "../../convex/roles";
import { access } from "../session/access";
import { tableName, wordsOf } from "./words";

const ROWS = access.matrix();
type Cell = (typeof ROWS)[number]["cells"][number];

/** Every permission with every role: what a role may do, and where that is written. */
export function Matrix() {
  return (
    <section aria-labelledby="matrix" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h2 id="matrix" className="font-medium">
          What each role may do
        </h2>
        <Legend />
      </div>
      <div className="overflow-hidden rounded-md border border-line bg-surface">
        <table className="w-full table-fixed border-collapse">
          <thead className="text-left text-xs text-muted">
            <tr className="border-b border-line">
              <th
                scope="col"
                className="w-[40%] px-4 py-2.5 align-top leading-5 font-medium md:w-[46%] lg:w-[40%]"
              >
                Permission
              </th>
              {ROWS.map(({ role, extends: parents }) => (
                <th key={role} scope="col" className="py-2.5 pr-3 align-top font-medium">
                  <span className="block text-sm leading-5 text-ink">{role}</span>
                  <span className="block font-normal max-md:sr-only">
                    {originOf(role, parents)}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          {groupsOf(access.permissions).map(([table, permissions]) => (
            <tbody key={table} className="border-b border-line last:border-b-0">
              <tr className="border-b border-line bg-ground">
                <th
                  scope="rowgroup"
                  colSpan={ROWS.length + 1}
                  className="px-4 py-2 text-left text-xs font-medium text-muted"
                >
                  {tableName(table)}
                </th>
              </tr>
              {permissions.map((permission) => (
                <PermissionRow key={permission} permission={permission} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </section>
  );
}

function PermissionRow({ permission }: { permission: Permission }) {
  return (
    <tr className="border-b border-line align-top leading-5 last:border-b-0">
      <th scope="row" className="px-4 py-2.5 text-left font-normal">
        <span className="grid gap-x-4 lg:grid-cols-[11rem_minmax(0,1fr)]">
          <span className="first-letter:uppercase">{wordsOf(permission)}</span>
          <span className="mono text-muted wrap-anywhere max-md:sr-only">{permission}</span>
        </span>
      </th>
      {ROWS.map(({ role, cells }) => (
        <td key={role} className="py-2.5 pr-3">
          <MatrixCell cell={cells.find((cell) => cell.permission === permission)!} />
        </td>
      ))}
    </tr>
  );
}

function MatrixCell({ cell }: { cell: Cell }) {
  if (!cell.allowed) {
    return (
      <span className="flex h-5 items-center text-muted">
        <Minus aria-hidden className="size-4" strokeWidth={1.5} />
        <span className="sr-only">no</span>
      </span>
    );
  }
  const { inheritedFrom, pattern, permission } = cell;
  const Icon = inheritedFrom === undefined ? Check : Lock;
  const isWildcard = pattern !== permission;
  return (
    <span className="flex items-start gap-x-2 max-md:flex-col">
      <span className="flex h-5 shrink-0 items-center">
        <Icon
          aria-hidden
          className={`size-4 ${inheritedFrom === undefined ? "text-ink" : "text-muted"}`}
          strokeWidth={inheritedFrom === undefined ? 2 : 1.5}
        />
      </span>
      <span className="text-xs leading-5 text-muted">
        <span className="sr-only">yes, </span>
        {inheritedFrom !== undefined && `from ${inheritedFrom}`}
        {inheritedFrom === undefined && !isWildcard && "own"}
        {isWildcard && (
          <span className={inheritedFrom === undefined ? "" : "max-md:sr-only"}>
            {inheritedFrom !== undefined && ", "}by <span className="font-mono">{pattern}</span>
          </span>
        )}
      </span>
    </span>
  );
}

function Legend() {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted">
      <li className="flex items-center gap-1.5">
        <Check aria-hidden className="size-3.5" />
        written in the role itself
      </li>
      <li className="flex items-center gap-1.5">
        <Lock aria-hidden className="size-3.5" strokeWidth={1.75} />
        inherited: locked here, changed where it comes from
      </li>
      <li className="flex items-center gap-1.5">
        <Minus aria-hidden className="size-3.5" strokeWidth={1.75} />
        not allowed
      </li>
    </ul>
  );
}

function originOf(role: RoleName, parents: readonly RoleName[]): string {
  const count = access.permissionsOf(role).length;
  const own = `${count} permission${count === 1 ? "" : "s"}`;
  return parents.length === 0 ? own : `${own}, extends ${parents.join(", ")}`;
}

/** In the order declared; a group for each table. */
function groupsOf(permissions: readonly Permission[]): [string, Permission[]][] {
  const groups = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const table = permission.slice(0, permission.indexOf("."));
    groups.set(table, [...(groups.get(table) ?? []), permission]);
  }
  return [...groups];
}
