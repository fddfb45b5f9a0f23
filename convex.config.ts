// For readers and tools that look for it here. Nothing imports this file: an import through it
// would make the CLI take the repository root for a functions directory.
export { default } from "./src/component/convex.config.js";
