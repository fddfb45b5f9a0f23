import { useQuery } from "convex/react";
import type { Export, ExportFormat } from "convex-platform";
import { usePlatformMutation } from "convex-platform/react";
import { Download } from "lucide-react";
import { useState } from "react";
import { Heading, Label, Radio, RadioGroup } from "react-aria-components";
import { api } from "../../convex/_generated/api";
import { formatMoment } from "../format";
import { Button } from "../ui/Button";
import { buttonClass } from "../ui/buttonClass";
import { CloseButton, Drawer } from "../ui/Drawer";
import { ErrorText } from "../ui/ErrorText";
import { PermittedButton } from "../ui/PermittedButton";
import { Progress } from "../ui/Progress";
import { formatRange } from "./barText";
import { leftOver, toQuery, type AuditFilter } from "./search";

const NUMBER = new Intl.NumberFormat("en-GB");

const FORMATS: { id: ExportFormat; name: string; about: string }[] = [
  {
    id: "csv",
    name: "CSV",
    about: "For spreadsheets. Cells that look like formulas are made harmless.",
  },
  { id: "ndjson", name: "NDJSON", about: "For programs: one entry a line, nothing left out." },
];

type Props = {
  filter: AuditFilter;
  /** The export that is under way or done. */
  id: string | undefined;
  onStart: (id: string | undefined) => void;
  onClose: () => void;
};

/** Writes what the log has for this filter into a file. */
export default function ExportPanel({ filter, id, onStart, onClose }: Props) {
  return (
    <Drawer label="Export" isOpen onClose={onClose}>
      <div className="flex flex-col gap-6 p-6">
        <div className="flex items-start justify-between gap-4">
          <Heading slot="title" className="pt-1.5 text-base font-semibold">
            Export
          </Heading>
          <CloseButton onPress={onClose} />
        </div>
        {id === undefined ? (
          <Choice filter={filter} onStart={onStart} />
        ) : (
          <Status id={id} onAgain={() => onStart(undefined)} />
        )}
      </div>
    </Drawer>
  );
}

function Choice({ filter, onStart }: Pick<Props, "filter" | "onStart">) {
  const [format, setFormat] = useState<ExportFormat>("csv");
  const { run, isPending, error } = usePlatformMutation(api.auditLogs.startExport);
  const start = async () => {
    const started = await run({ ...toQuery(filter, Date.now()), format });
    if (started.ok) onStart(started.value);
  };
  const without = Object.keys(leftOver(filter)).concat(filter.words ? ["words"] : []);
  return (
    <>
      <p className="-mt-4 text-pretty text-muted">
        {scopeOf(filter)}
        {without.length > 0 &&
          ` A file goes by one index and time, so it also has what ${LIST.format(without)} would leave out.`}
      </p>
      <RadioGroup
        value={format}
        onChange={(value) => setFormat(value as ExportFormat)}
        className="flex flex-col gap-2"
      >
        <Label className="text-xs font-medium text-muted">Format</Label>
        {FORMATS.map(({ id, name, about }) => (
          <Radio
            key={id}
            value={id}
            className="group flex items-start gap-3 rounded-md border border-line px-3 py-2.5 transition-colors hover:bg-sunken data-focus-visible:outline-2 data-selected:border-accent"
          >
            <span className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-muted group-data-selected:border-accent">
              <span className="size-2 rounded-full group-data-selected:bg-accent" />
            </span>
            <span>
              <span className="block font-medium">{name}</span>
              <span className="block text-xs text-muted">{about}</span>
            </span>
          </Radio>
        ))}
      </RadioGroup>
      {error && (
        <div role="alert">
          <ErrorText>{error.message}</ErrorText>
        </div>
      )}
      <div>
        <PermittedButton
          variant="primary"
          permission="auditLogs.export"
          isPending={isPending}
          onPress={() => void start()}
        >
          Write the file
        </PermittedButton>
      </div>
    </>
  );
}

function Status({ id, onAgain }: { id: string; onAgain: () => void }) {
  const found = useQuery(api.auditLogs.exportStatus, { id });
  if (found === undefined) return <Progress label="Export" value={0} text="One moment" />;
  return (
    <>
      {found ? <Stage found={found} /> : <p className="text-muted">There is no such export.</p>}
      <div className="flex flex-wrap gap-2">
        {found?.status === "completed" && found.url && (
          <a
            href={found.url}
            download={`audit-log.${found.format}`}
            className={buttonClass("primary")}
          >
            <Download aria-hidden className="size-4" />
            Download
          </a>
        )}
        {found?.status !== "running" && <Button onPress={onAgain}>Export again</Button>}
      </div>
    </>
  );
}

function Stage({ found }: { found: Export }) {
  const { processed, bytes, status } = found;
  const written = `${NUMBER.format(processed)} ${processed === 1 ? "entry" : "entries"}, ${formatBytes(bytes)}`;
  switch (status) {
    case "running":
      return <Progress label="Writing" value={0} text={written} />;
    case "completed":
      return (
        <>
          <Progress label="Written" value={1} most={1} text={written} />
          <p className="text-muted">
            Whoever has the link can download the file until {formatMoment(found.expiresAt)}. That
            it was written stands in the log.
          </p>
        </>
      );
    case "failed":
      return <ErrorText>{found.error.message}</ErrorText>;
    case "expired":
      return <p className="text-muted">The file of {written} was deleted when its time was up.</p>;
    case "cancelled":
      return <p className="text-muted">The export was cancelled at {written}.</p>;
  }
}

const LIST = new Intl.ListFormat("en-GB", { type: "disjunction" });
const SPAN_WORDS = { day: "24 hours", week: "7 days", month: "30 days", year: "year" };

function scopeOf({ record, actor, action, within, from, to }: AuditFilter): string {
  const subject = record
    ? "of this record"
    : actor
      ? "by this person"
      : action
        ? `of ${action}`
        : "";
  const time =
    from && to
      ? `, ${formatRange(Date.parse(from), Date.parse(to))}`
      : within
        ? `of the last ${SPAN_WORDS[within]}`
        : "";
  const scope = [subject, time].filter(Boolean).join(" ");
  return scope ? `All entries ${scope}.`.replace(" ,", ",") : "All entries there are.";
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const [size, unit] = bytes < 1024 ** 2 ? [bytes / 1024, "KiB"] : [bytes / 1024 ** 2, "MiB"];
  return `${NUMBER.format(Math.round(size * 10) / 10)} ${unit}`;
}
