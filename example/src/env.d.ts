/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where the functions run: the embedded backend of the dev server, or a deployment. */
  readonly VITE_CONVEX_URL: string;
  /** `"embedded"` for the one inside the dev server. */
  readonly VITE_CONVEX_BACKEND?: string;
}
