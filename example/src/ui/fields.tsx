import {
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps,
} from "react-aria-components";
import { FieldErrorText } from "./ErrorText";
import { boxClass, labelClass } from "./fieldClasses";

export type FieldCommon = {
  label: string;
  /** From the medium screen on for screen readers only: the head of the column says the same. */
  isLabelHidden?: boolean | undefined;
};

type TextProps = Omit<TextFieldProps, "className" | "children"> &
  FieldCommon & { hint?: string; isMultiline?: boolean; placeholder?: string };

export function TextField({
  label,
  isLabelHidden,
  hint,
  isMultiline,
  placeholder,
  ...props
}: TextProps) {
  const box = { className: boxClass, ...(placeholder && { placeholder }) };
  return (
    <AriaTextField {...props} className="flex min-w-0 flex-col gap-1">
      <Label className={isLabelHidden ? `${labelClass} md:sr-only` : labelClass}>{label}</Label>
      {isMultiline ? <TextArea {...box} rows={3} /> : <Input {...box} />}
      {hint && (
        <Text slot="description" className="text-xs text-muted">
          {hint}
        </Text>
      )}
      <FieldErrorText />
    </AriaTextField>
  );
}
