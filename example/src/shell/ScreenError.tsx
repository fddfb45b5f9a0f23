import type { ErrorComponentProps } from "@tanstack/react-router";
import { isPlatformError } from "convex-platform";
import { TriangleAlert } from "lucide-react";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";

/** A screen whose query was refused or failed. */
export function ScreenError({ error, reset }: ErrorComponentProps) {
  return (
    <Notice icon={TriangleAlert} title="This screen could not be shown.">
      <p className="mono break-words">{describe(error)}</p>
      <Button onPress={reset}>Try again</Button>
    </Notice>
  );
}

function describe(error: unknown): string {
  if (isPlatformError(error)) {
    const fields = Object.values(error.data.fields ?? {}).map(({ message }) => message);
    return [error.data.message, ...fields].join(" ");
  }
  return error instanceof Error ? error.message : String(error);
}
