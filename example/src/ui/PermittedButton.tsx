import type { ReactNode } from "react";
import { toast } from "./toast";
import type { Permission } from "../../convex/roles";
import { usePermission } from "../session/permission";
import { Button } from "./Button";
import type { ButtonVariant } from "./buttonClass";
import { Tooltip } from "./Tooltip";

type Props = {
  permission: Permission;
  variant?: ButtonVariant;
  isPending?: boolean;
  onPress: () => void;
  children: ReactNode;
};

/** A button for those who may; the others are told why it does nothing. */
export function PermittedButton({ permission, ...props }: Props) {
  const allowance = usePermission(permission);
  return allowance.isAllowed ? (
    <Button {...props} />
  ) : (
    <RefusedButton reason={allowance.reason} {...(props.variant && { variant: props.variant })}>
      {props.children}
    </RefusedButton>
  );
}

type RefusedProps = { reason: string; variant?: ButtonVariant; children: ReactNode };

/**
 * Disabled, but within reach of keyboards and screen readers: a button out of reach could not say
 * why. A finger, which cannot hover, presses it to be told.
 */
export function RefusedButton({ reason, variant, children }: RefusedProps) {
  return (
    <Tooltip text={reason}>
      <Button
        aria-disabled
        {...(variant && { variant })}
        onPress={({ pointerType }) => pointerType === "touch" && toast(reason)}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
