export declare function fillBlocks(text: string): string;
