/** Reads a body up to a limit, so that neither a caller nor an answer can fill the memory. */

export interface BoundedBytes {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** True where there was more than the limit; the bytes are then its beginning. */
  readonly isCut: boolean
}

export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  bytesMax: number,
): Promise<BoundedBytes> {
  const parts: Uint8Array[] = []
  let size = 0
  // Leaving the loop early cancels the stream, which ends the connection.
  for await (const part of body ?? []) {
    parts.push(part)
    size += part.byteLength
    if (size > bytesMax) break
  }
  return { bytes: joinBytes(parts, Math.min(size, bytesMax)), isCut: size > bytesMax }
}

function joinBytes(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    const fitting = part.subarray(0, size - at)
    joined.set(fitting, at)
    at += fitting.byteLength
  }
  return joined
}
