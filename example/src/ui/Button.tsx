import { Button as AriaButton, type ButtonProps } from "react-aria-components";
import { buttonClass, type ButtonVariant } from "./buttonClass";

type Props = Omit<ButtonProps, "className"> & { variant?: ButtonVariant };

/**
 * While pending, it keeps its place and the focus, and does nothing. That is not react-aria's own
 * way, which reads the label out once more, from a live region that names the button for seven
 * seconds, although it may have gone by then.
 */
export function Button({ variant = "secondary", isPending = false, ...props }: Props) {
  const { onPress, type, ...rest } = props;
  const active = { ...(onPress && { onPress }), ...(type && { type }) };
  const pending = { type: "button", "aria-disabled": true } as const;
  return (
    <AriaButton {...rest} {...(isPending ? pending : active)} className={buttonClass(variant)} />
  );
}
