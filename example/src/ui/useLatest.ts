import { useState } from "react";

/** The last value there was, while the next one is on its way: what is shown does not blink. */
export function useLatest<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}
