/**
 * The body of an answer as a stream that ends in an error where it grows past its limit. Unpacks
 * nothing.
 */

/**
 * @param toError from what went wrong to what the reader is told; a `RangeError` for too many
 * bytes.
 */
export function limitBody(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number,
  toError: (error: unknown) => Error,
): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  let bytes = 0
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next()
        if (done) return controller.close()
        bytes += value.byteLength
        if (bytes > bytesMax) throw new RangeError(`more than ${bytesMax} bytes`)
        controller.enqueue(value)
      } catch (error) {
        controller.error(toError(error))
        await iterator.return?.()
      }
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}
