/** The body on its way to an API: passed on piece by piece, counted, cut off where it stalls. */
import { HooklineError } from '../base/errors.ts'

export interface UploadLimits {
  readonly bytesMax: number
  readonly idleMs: number
  /** Told of each piece; what it throws ends the upload. */
  readonly onBytes: (bytes: number) => void
}

/**
 * @throws HooklineError `body_too_large`, `body_incomplete` or `call_timed_out`, and what `onBytes`
 * throws.
 */
export async function* readUpload(
  body: ReadableStream<Uint8Array>,
  { bytesMax, idleMs, onBytes }: UploadLimits,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader()
  let bytes = 0
  try {
    while (true) {
      const { done, value } = await within(idleMs, reader.read())
      if (done) return
      bytes += value.byteLength
      if (bytes > bytesMax) throw bodyTooLarge(bytesMax)
      onBytes(value.byteLength)
      yield value
    }
  } catch (error) {
    throw error instanceof HooklineError ? error : incomplete(error)
  } finally {
    // Where the API needs no more of it, the caller need not send more.
    reader.cancel().catch(() => {})
  }
}

export function bodyTooLarge(bytesMax: number): HooklineError {
  return new HooklineError(
    'body_too_large',
    `The body of the call is over the limit of ${bytesMax} bytes. A file was likely sent that is ` +
      'larger than expected. Send less, or raise `limits.requestBytesMax` of the API.',
  )
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(stalled()), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function stalled(): HooklineError {
  return new HooklineError(
    'call_timed_out',
    'The body of the call stopped coming. The connection of the caller is likely lost or very ' +
      'slow. Send it again.',
  )
}

function incomplete(cause: unknown): HooklineError {
  return new HooklineError(
    'body_incomplete',
    'The call ended before its body did. The caller likely went away. Send it again.',
    { cause },
  )
}
