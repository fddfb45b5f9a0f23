import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { embeddedConvex } from "./embedded/vite";
import { englishOnly } from "./locales";

export default defineConfig({
  // `convex dev` leaves the deployment's address in the repository root's .env.local.
  envDir: "..",
  plugins: [react(), tailwindcss(), englishOnly(), embeddedConvex({ app: "/embedded/app.ts" })],
});
