/** What only the demo has: the dev server of the embedded backend asks for it, nothing else does. */
export { fillDesk } from "./past";
export { tamperRoute } from "./tamper";
