import { useMutation } from "convex/react";
import type { Profile } from "convex-platform";
import { useState } from "react";
import { CheckboxGroup, Form, Label } from "react-aria-components";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";
import { roleNames, type RoleName } from "../../convex/roles";
import { attempt, type FormErrors } from "../errors";
import { nameOf } from "../people/names";
import { access } from "../session/access";
import { Button } from "../ui/Button";
import { Checkbox } from "../ui/Checkbox";
import { Confirm } from "../ui/Confirm";
import { ErrorText } from "../ui/ErrorText";
import { labelClass } from "../ui/fieldClasses";
import { RolePreview } from "./RolePreview";

/** Gives a person other roles; says in words what that means before it is saved. */
export function RolesDialog({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const name = nameOf(profile);
  return (
    <Confirm title={`Roles of ${name}`} isOpen onOpenChange={onClose}>
      <RolesForm profile={profile} name={name} onClose={onClose} />
    </Confirm>
  );
}

type Props = { profile: Profile; name: string; onClose: () => void };

function RolesForm({ profile, name, onClose }: Props) {
  const held = profile.grants.map(({ role }) => role);
  const [chosen, setChosen] = useState<RoleName[]>(() =>
    held.filter((role) => access.isRole(role)),
  );
  const [errors, setErrors] = useState<FormErrors | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const setRoles = useMutation(api.userProfiles.setRoles);
  const isSame =
    held.length === chosen.length && held.every((role) => chosen.some((c) => c === role));
  const save = async () => {
    setIsSaving(true);
    try {
      const refused = await attempt(() => setRoles({ id: profile.id, roles: chosen }));
      setErrors(refused);
      if (refused) return;
      toast.success(`The roles of ${name} were changed.`);
      onClose();
    } finally {
      setIsSaving(false);
    }
  };
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      className="flex flex-col gap-4"
    >
      <CheckboxGroup
        value={chosen}
        onChange={(roles) => {
          setChosen(roleNames.filter((role) => roles.includes(role)));
          setErrors(null);
        }}
        className="flex flex-col gap-2"
      >
        <Label className={labelClass}>Roles</Label>
        {roleNames.map((role) => (
          <Checkbox key={role} value={role}>
            <span className="block font-medium">{role}</span>
            <span className="block text-xs text-muted">{summaryOf(role)}</span>
          </Checkbox>
        ))}
      </CheckboxGroup>
      <RolePreview name={name} before={held} after={chosen} />
      {errors && (
        <div role="alert">
          <ErrorText>{errors.message}</ErrorText>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isDisabled={isSame} isPending={isSaving}>
          Save roles
        </Button>
      </div>
    </Form>
  );
}

function summaryOf(role: RoleName): string {
  const count = access.permissionsOf(role).length;
  const all = access.permissions.length;
  return count === all ? "everything there is" : `${count} of ${all} permissions`;
}
