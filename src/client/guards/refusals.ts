import { platformError } from "../../shared/errors.js";

/** What the guarded `ctx.db` says where it does not write. */

export const PROTECTED = {
  code: "protected",
  message: "This function does not change this field. Leave it out, or name it in mayChange.",
};

export function needsTrash(table: string) {
  return platformError({
    code: "INVALID_STATE",
    message:
      `Rows of ${table} go to the trash, where they can be restored: use ` +
      `platform.trash.softDelete(ctx, "${table}", id) instead of ctx.db.delete.`,
  });
}

export function isTrashed(table: string) {
  return platformError({
    code: "INVALID_STATE",
    message:
      `This row of ${table} is in the trash, where nothing changes it. Restore it first: ` +
      "platform.trash.restore(ctx, operationId).",
  });
}

export function tooLate() {
  return platformError({
    code: "INVALID_STATE",
    message: "The handler has returned already: await each write and each entry.",
  });
}
