export type RolesSearch = {
  /** The profile whose roles are being changed. */
  person?: string;
};

export function parseRolesSearch({ person }: Record<string, unknown>): RolesSearch {
  return typeof person === "string" && person !== "" ? { person } : {};
}
