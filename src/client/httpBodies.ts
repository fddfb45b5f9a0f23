/** Reads answers of unknown size, and stops the sender where it is enough. */

/** Of an answer that only goes into a message. */
const MAX_START_BYTES = 4096;

/** All bytes of an answer; `undefined` as soon as they are more than `maxBytes`. */
export async function readAtMost(
  response: Response,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { chunks, isWhole } = await readChunks(response, maxBytes);
  return isWhole ? join(chunks) : undefined;
}

/** The start of an answer as text; nothing when it cannot be read. */
export async function readStart(response: Response): Promise<string> {
  try {
    const { chunks } = await readChunks(response, MAX_START_BYTES);
    return new TextDecoder().decode(join(chunks).subarray(0, MAX_START_BYTES));
  } catch {
    return "";
  }
}

type Chunk = Uint8Array<ArrayBuffer>;

/** `Content-Length` is not asked: it may lie, and counts compressed bytes. */
async function readChunks(
  { body }: Response,
  maxBytes: number,
): Promise<{ chunks: Chunk[]; isWhole: boolean }> {
  const chunks: Chunk[] = [];
  const reader = body?.getReader();
  let bytes = 0;
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    chunks.push(next.value);
    bytes += next.value.length;
    if (bytes <= maxBytes) continue;
    // Whoever sends too much is not waited for.
    reader?.cancel().catch(() => {});
    return { chunks, isWhole: false };
  }
  return { chunks, isWhole: true };
}

function join(chunks: Chunk[]): Chunk {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
