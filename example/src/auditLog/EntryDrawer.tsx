import { Drawer } from "../ui/Drawer";
import { EntryDetails } from "./EntryDetails";

type Props = { id: string; onClose: () => void };

/** One entry, beside the list. */
export default function EntryDrawer({ id, onClose }: Props) {
  return (
    <Drawer label="Entry" isOpen onClose={onClose}>
      <EntryDetails id={id} onClose={onClose} />
    </Drawer>
  );
}
