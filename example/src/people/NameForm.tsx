import { useMutation } from "convex/react";
import type { Profile } from "convex-platform";
import { useState } from "react";
import { Form } from "react-aria-components";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { attempt, type FormErrors } from "../errors";
import { usePermission } from "../session/permission";
import { Button } from "../ui/Button";
import { RefusedButton } from "../ui/PermittedButton";
import { TextField } from "../ui/fields";
import { nameOf } from "./names";

/** The name people here use; the provider's own changes with every sync, so nobody edits that. */
export function NameForm({ profile }: { profile: Profile }) {
  const stored = profile.label ?? "";
  // Until something is typed, the field shows what is stored, live.
  const [typed, setTyped] = useState<string | null>(null);
  const label = typed ?? stored;
  const [errors, setErrors] = useState<FormErrors | null>(null);
  const update = useMutation(api.userProfiles.update);
  const allowance = usePermission("userProfiles.update");
  const text = label.trim();
  const save = async () => {
    if (text === stored) return;
    const refused = await attempt(() =>
      update({ id: profile.id, label: text === "" ? null : text }),
    );
    setErrors(refused);
    if (refused) return;
    setTyped((now) => (now === label ? null : now));
    const { label: _, ...unnamed } = profile;
    toast.success(`The name of ${text || nameOf(unnamed)} was saved.`);
  };
  return (
    <Form
      aria-label="Name"
      validationBehavior="aria"
      validationErrors={errors?.fields ?? {}}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2"
    >
      <TextField
        label="Shown here as"
        name="label"
        placeholder={profile.name ?? "As the provider says"}
        value={label}
        onChange={setTyped}
        isReadOnly={!allowance.isAllowed}
      />
      <div className="pt-5">
        {allowance.isAllowed ? (
          // Not disabled: once it is saved, that would take the focus from it.
          <Button type="submit" aria-disabled={text === stored}>
            Save
          </Button>
        ) : (
          <RefusedButton reason={allowance.reason}>Save</RefusedButton>
        )}
      </div>
    </Form>
  );
}
