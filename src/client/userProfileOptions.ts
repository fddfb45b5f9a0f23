import type { FunctionReference } from "convex/server";
import type { IpMode } from "../shared/auditLogs.js";
import type { ProfileChange } from "../shared/userProfiles.js";

/** A host's function that hears of every change of a profile, in the same transaction. */
export type OnProfileChange = FunctionReference<"mutation", "public" | "internal", ProfileChange>;

export type UserProfilesOptions<RoleName extends string = string> = {
  /** What a new profile gets. Absent: no role. */
  defaultRole?: RoleName;
  /** The role of which somebody has to be left: the last one who has it can neither lose it nor go. */
  administratorRole?: RoleName;
  /**
   * Hears of every change in its transaction: when it throws, nothing has changed. Keep a table of
   * your own in step with it. Syncs that change nothing do not call it.
   */
  onChange?: OnProfileChange;
  /** Who issues your tokens, by name. `"convexAuth"` matters: its subjects also name the session. */
  provider?: string;
};

/** What the client itself needs besides. */
export type AllProfileOptions<RoleName extends string> = UserProfilesOptions<RoleName> & {
  ip: IpMode;
  /** All that are declared; any other is refused. Absent: any name will do. */
  roles?: readonly RoleName[];
};

/** In the words of whoever does it, at most 1,000 characters; kept with the profile and in its history. */
export type Why = { reason?: string };
