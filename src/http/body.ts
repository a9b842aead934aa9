/** Reads a body whole, once, up to a limit. Never cut, never more in memory than the limit. */
import type { IncomingMessage } from 'node:http'
import type { BodyFault } from '../inbox/receive.ts'

/**
 * After a refusal this much more is read and thrown away, so that the sender gets to see the
 * answer.
 */
const drainBytesMax = 8_388_608

/** Of a Node request. What was announced as the length is not believed; what arrives is counted. */
export function readNodeBody(
  request: IncomingMessage,
  bodyBytesMax: number,
): Promise<Uint8Array | BodyFault> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const finish = (result: Uint8Array | BodyFault) => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose)
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      bytes += chunk.byteLength
      if (bytes > bodyBytesMax) finish('body_too_large')
      else chunks.push(chunk)
    }
    const onEnd = () => {
      const [only] = chunks
      finish(chunks.length === 1 && only ? only : Buffer.concat(chunks, bytes))
    }
    const onClose = () => finish('body_incomplete')
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}

/**
 * Lets a refused sender finish writing, within bounds; a socket closed at once would hide the
 * answer.
 */
export function drain(request: IncomingMessage): void {
  let bytes = 0
  request.on('error', () => {})
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength
    if (bytes > drainBytesMax) request.destroy()
  })
}

/** Of a standard Request. */
export async function readRequestBody(
  { body }: Request,
  bodyBytesMax: number,
): Promise<Uint8Array | BodyFault> {
  if (!body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength
      if (bytes > bodyBytesMax) return 'body_too_large'
      chunks.push(chunk)
    }
  } catch {
    return 'body_incomplete'
  }
  return Buffer.concat(chunks, bytes)
}
