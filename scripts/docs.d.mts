/** What people read. */
export const DOCUMENTS: string[];
/** The text with its code blocks as the files have them. */
export function fillBlocks(text: string): string;
