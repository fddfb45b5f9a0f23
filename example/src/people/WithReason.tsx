import type { LucideIcon } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { toast } from "../ui/toast";
import type { Permission } from "../../convex/roles";
import { attempt, type FormErrors } from "../errors";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { ErrorText } from "../ui/ErrorText";
import { TextField } from "../ui/fields";
import { PermittedButton } from "../ui/PermittedButton";

type Props = {
  permission: Permission;
  label: string;
  icon: LucideIcon;
  title: string;
  consequence: string;
  confirm: string;
  /** Where the reason can be read. */
  hint?: string;
  act: (reason: string) => Promise<unknown>;
  /** Said when it worked. */
  done: string;
};

/** A button that asks why before it does something. */
export function WithReason({ permission, label, icon: Icon, ...asking }: Props) {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <PermittedButton permission={permission} onPress={() => setIsAsking(true)}>
        <Icon aria-hidden className="size-4" />
        {label}
      </PermittedButton>
      <Confirm title={asking.title} isOpen={isAsking} onOpenChange={setIsAsking}>
        <ReasonForm {...asking} onClose={() => setIsAsking(false)} />
      </Confirm>
    </>
  );
}

type FormProps = Omit<Props, "permission" | "label" | "icon" | "title"> & { onClose: () => void };

function ReasonForm({
  consequence,
  confirm,
  hint = "Stands with the person, and in the audit log.",
  act,
  done,
  onClose,
}: FormProps) {
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<FormErrors | null>(null);
  const [isPending, setIsPending] = useState(false);
  const submit = async () => {
    setIsPending(true);
    try {
      const refused = await attempt(() => act(reason));
      setErrors(refused);
      if (refused) return;
      toast.success(done);
      onClose();
    } finally {
      setIsPending(false);
    }
  };
  return (
    <Form
      validationBehavior="aria"
      validationErrors={errors?.fields ?? {}}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      className="flex flex-col gap-4"
    >
      <p className="text-pretty text-muted">{consequence}</p>
      <TextField
        label="Reason"
        name="reason"
        hint={hint}
        isMultiline
        autoFocus
        value={reason}
        onChange={setReason}
      />
      {errors && Object.keys(errors.fields).length === 0 && (
        <div role="alert">
          <ErrorText>{errors.message}</ErrorText>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={isPending}>
          {confirm}
        </Button>
      </div>
    </Form>
  );
}
