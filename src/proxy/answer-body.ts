/**
 * The body on its way from an API to the caller: each piece is counted, scrubbed and passed on as
 * it comes. No piece is asked for before the caller has taken the one before.
 */
import type { Scrubber } from './scrub.ts'

export interface AnswerListener {
  /** Told of each piece; what it throws ends the answer. */
  onBytes(bytes: number): void
  onEnd(): void
  /** @returns the error that the reader gets. */
  onError(error: unknown): unknown
  onCancel(): void
}

export function scrubbedBody(
  body: ReadableStream<Uint8Array>,
  scrubber: Scrubber,
  listener: AnswerListener,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream(
    {
      pull: async (controller) => {
        try {
          await passOn(reader, scrubber, listener, controller)
        } catch (error) {
          reader.cancel(error).catch(() => {})
          controller.error(listener.onError(error))
        }
      },
      cancel: async (reason) => {
        listener.onCancel()
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Reads on until there is something to pass on: a piece may be held back whole. */
async function passOn(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  scrubber: Scrubber,
  listener: AnswerListener,
  controller: ReadableStreamDefaultController<Uint8Array>,
): Promise<void> {
  while (true) {
    const { done, value } = await reader.read()
    if (!done) listener.onBytes(value.byteLength)
    const piece = done ? scrubber.end() : scrubber.push(value)
    if (piece.byteLength > 0) controller.enqueue(piece)
    if (done) {
      controller.close()
      listener.onEnd()
      return
    }
    if (piece.byteLength > 0) return
  }
}
