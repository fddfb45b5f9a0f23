/** The screens speak English: what react-aria says in thirty other languages stays out of the bundle. */
import type { Plugin } from "vite";

const OTHER_LANGUAGE =
  /\/react-(?:aria|stately|aria-components)\/.*\/intl\/(?:.*\/)?(?!en-)[a-z]{2}-[A-Z]{2}\.m?js$/;

export function englishOnly(): Plugin {
  return {
    name: "english-only",
    apply: "build",
    enforce: "pre",
    load: (id) => (OTHER_LANGUAGE.test(id) ? "export default {};" : null),
  };
}
