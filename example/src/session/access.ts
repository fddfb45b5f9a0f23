import { defineRoles } from "convex-platform";
import { permissions, roles } from "../../convex/roles";

/** The rules of the backend, from the same declaration. Here they only decide what to show. */
export const access = defineRoles(roles, { permissions });
