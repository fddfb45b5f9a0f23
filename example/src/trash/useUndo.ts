import { usePlatformMutation } from "convex-platform/react";
import { toast } from "../ui/toast";
import { api } from "../../convex/_generated/api";

const UNDO_WITHIN_MS = 10_000;

/** Says that something is in the trash, with a button that takes it back. */
export function useUndo(): (message: string, ids: string[], done: string) => void {
  const { run } = usePlatformMutation(api.trash.restoreMany);
  const undo = async (ids: string[], done: string) => {
    const restored = await run({ ids });
    const refused = restored.ok
      ? restored.value.find(({ status }) => status === "refused")?.message
      : restored.error.message;
    if (refused === undefined) toast.success(done);
    else toast.error(refused);
  };
  return (message, ids, done) => {
    const action = { label: "Undo", onClick: () => void undo(ids, done) };
    toast.success(message, { action, duration: UNDO_WITHIN_MS });
  };
}
