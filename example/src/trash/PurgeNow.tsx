import { usePlatformMutation } from "convex-platform/react";
import { Flame } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { ErrorText } from "../ui/ErrorText";
import { TextField } from "../ui/fields";
import { PermittedButton } from "../ui/PermittedButton";
import { countLines, isLine, linesOf, nameOf, type Deletion } from "./words";

/** Purges before the time is over: says first what is lost, and wants it typed. */
export function PurgeNow({ deletion, onPurged }: { deletion: Deletion; onPurged?: () => void }) {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <PermittedButton permission="trash.purge" onPress={() => setIsAsking(true)}>
        <Flame aria-hidden className="size-4" />
        Purge now
      </PermittedButton>
      <Confirm
        title={`Purge ${nameOf(deletion)} for good?`}
        isOpen={isAsking}
        onOpenChange={setIsAsking}
      >
        <PurgeForm
          deletion={deletion}
          onClose={() => setIsAsking(false)}
          onPurged={() => {
            setIsAsking(false);
            onPurged?.();
          }}
        />
      </Confirm>
    </>
  );
}

type FormProps = { deletion: Deletion; onClose: () => void; onPurged: () => void };

function PurgeForm({ deletion, onClose, onPurged }: FormProps) {
  const [typed, setTyped] = useState("");
  const { run, isPending, error } = usePlatformMutation(api.trash.purgeNow);
  const name = nameOf(deletion);
  const submit = async () => {
    if (isPending) return;
    const purged = await run({ id: deletion.id });
    if (!purged.ok) return;
    toast.success(`${name} is purged.`);
    onPurged();
  };
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      className="flex flex-col gap-4"
    >
      <p className="text-pretty">
        <span className="font-medium">{impactOf(deletion)} deleted for good.</span>{" "}
        <span className="text-muted">
          Nobody can bring that back. The audit log keeps what it said.
        </span>
      </p>
      <TextField
        label={`Type ${name} to confirm`}
        autoFocus
        autoComplete="off"
        value={typed}
        onChange={setTyped}
      />
      {error && (
        <div role="alert">
          <ErrorText>{error.message}</ErrorText>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onPress={onClose}>Keep it</Button>
        <Button type="submit" variant="primary" isDisabled={typed.trim() !== name}>
          Purge {name}
        </Button>
      </div>
    </Form>
  );
}

function impactOf(deletion: Deletion): string {
  const count = linesOf(deletion);
  if (isLine(deletion)) return "1 line is";
  return count === 0 ? "1 invoice is" : `1 invoice and ${countLines(count)} are`;
}
