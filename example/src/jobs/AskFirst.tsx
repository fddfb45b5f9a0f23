import type { LucideIcon } from "lucide-react";
import { useState } from "react";
import type { Permission } from "../../convex/roles";
import { Button } from "../ui/Button";
import { Confirm } from "../ui/Confirm";
import { PermittedButton } from "../ui/PermittedButton";

type Props = {
  permission: Permission;
  /** Stands on the button that asks. */
  label: string;
  icon: LucideIcon;
  /** Names how many it is about. */
  title: string;
  consequence: string;
  confirm: string;
  keep: string;
  act: () => Promise<void>;
};

/** A button for something that is about many jobs: says first how many. */
export function AskFirst({ permission, label, icon: Icon, act, ...words }: Props) {
  const [isAsking, setIsAsking] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const press = async () => {
    setIsPending(true);
    try {
      await act();
    } finally {
      setIsPending(false);
      setIsAsking(false);
    }
  };
  return (
    <>
      <PermittedButton permission={permission} onPress={() => setIsAsking(true)}>
        <Icon aria-hidden className="size-4" />
        {label}
      </PermittedButton>
      <Confirm title={words.title} isOpen={isAsking} onOpenChange={setIsAsking}>
        <p className="text-pretty text-muted">{words.consequence}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button autoFocus onPress={() => setIsAsking(false)}>
            {words.keep}
          </Button>
          <Button variant="primary" isPending={isPending} onPress={() => void press()}>
            {words.confirm}
          </Button>
        </div>
      </Confirm>
    </>
  );
}
