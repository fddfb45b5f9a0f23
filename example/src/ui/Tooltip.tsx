import type { ReactNode } from "react";
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components";

type Props = { text: string; placement?: "top" | "bottom" | "right"; children: ReactNode };

/** A word more about the button inside, on hover and on focus. */
export function Tooltip({ text, placement = "top", children }: Props) {
  return (
    <TooltipTrigger delay={300} closeDelay={100}>
      {children}
      <AriaTooltip
        placement={placement}
        offset={6}
        className="max-w-64 rounded-md bg-ink px-2.5 py-1.5 text-xs text-pretty text-ground transition-opacity data-entering:opacity-0 data-exiting:opacity-0"
      >
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
