import {
  Input,
  Label,
  NumberField as AriaNumberField,
  type NumberFieldProps,
} from "react-aria-components";
import { FieldErrorText } from "./ErrorText";
import { boxClass, labelClass } from "./fieldClasses";
import type { FieldCommon } from "./fields";

type NumberProps = Omit<NumberFieldProps, "className" | "children"> & FieldCommon;

export function NumberField({ label, isLabelHidden, ...props }: NumberProps) {
  return (
    <AriaNumberField {...props} className="flex min-w-0 flex-col gap-1">
      <Label className={isLabelHidden ? `${labelClass} md:sr-only` : labelClass}>{label}</Label>
      <Input className={`${boxClass} text-right`} />
      <FieldErrorText />
    </AriaNumberField>
  );
}
