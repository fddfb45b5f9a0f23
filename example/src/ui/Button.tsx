import { Button as AriaButton, type ButtonProps } from "react-aria-components";
import { buttonClass, type ButtonVariant } from "./buttonClass";

type Props = Omit<ButtonProps, "className"> & { variant?: ButtonVariant };

export function Button({ variant = "secondary", ...props }: Props) {
  return <AriaButton {...props} className={buttonClass(variant)} />;
}
