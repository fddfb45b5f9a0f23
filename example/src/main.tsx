import { RouterProvider } from "@tanstack/react-router";
import { ConvexProviderWithAuth, ConvexReactClient } from "convex/react";
import { StrictMode } from "react";
import { I18nProvider } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { LOCALE } from "./format";
import { router } from "./router";
import { SessionProvider } from "./session/SessionProvider";
import { useDemoAuth } from "./session/session";
import { Toasts } from "./shell/Toasts";
import "./styles.css";

const convex = new ConvexReactClient(import.meta.env.VITE_CONVEX_URL);

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <SessionProvider>
      <ConvexProviderWithAuth client={convex} useAuth={useDemoAuth}>
        <I18nProvider locale={LOCALE}>
          <RouterProvider router={router} />
          <Toasts />
        </I18nProvider>
      </ConvexProviderWithAuth>
    </SessionProvider>
  </StrictMode>,
);
