import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { FieldError } from "react-aria-components";

/** What is wrong with the field above, as the form's last answer said. */
export function FieldErrorText() {
  return (
    <FieldError>
      {({ validationErrors }) => <ErrorText>{validationErrors.join(" ")}</ErrorText>}
    </FieldError>
  );
}

/** A refusal, by sign and word. Not by colour: red means removed here. */
export function ErrorText({ children }: { children: ReactNode }) {
  return (
    <span className="flex items-start gap-1.5 text-xs font-medium">
      <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
      {children}
    </span>
  );
}
