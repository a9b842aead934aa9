/**
 * Requests made and signed before the clock starts, so that signing costs nothing while it runs.
 * One request is kept as bytes; what differs in the others is kept beside it and copied in when
 * they are sent.
 */
import { createHmac } from 'node:crypto'
import { type Random, seededRandom } from '../measuring/random.ts'
import { eventIdOf, newToken, stripeEvent, tokenCharacters } from './stripe-event.ts'

export const secret = 'whsec_bench_0123456789abcdefghijklmnop'
export const path = '/webhooks/stripe'
const signatureCharacters = 64
/** The first characters of an id follow the time at which it was made; this many share a second. */
const idsPerSecond = 5_000

export interface PreparedRequests {
  readonly count: number
  readonly seed: number
  /** Bytes of one whole request, and of its body. */
  readonly requestBytes: number
  readonly bodyBytes: number
  /** When they were signed, in unix seconds: receivers refuse what is older than five minutes. */
  readonly signedAt: number
  /** A buffer for one connection, to be filled by `write` again and again. */
  buffer(): Buffer
  /** Makes the buffer the request with this index. */
  write(into: Buffer, index: number): void
  eventId(index: number): string
  /** The same request without a socket: its signature and its body. */
  parts(index: number): { signature: string; body: Buffer }
}

interface Template {
  readonly bytes: Buffer
  readonly bodyAt: number
  readonly signatureAt: number
  readonly tokenAts: readonly number[]
}

export interface PrepareOptions {
  readonly count: number
  readonly signedAt: number
  readonly seed: number
}

export function prepareRequests({ count, signedAt, seed }: PrepareOptions): PreparedRequests {
  const random = seededRandom(seed)
  const template = makeTemplate(signedAt, random)
  const tokens = Buffer.alloc(count * tokenCharacters)
  const signatures = Buffer.alloc(count * signatureCharacters)
  const scratch = Buffer.from(template.bytes)
  for (let index = 0; index < count; index++) {
    const tokenAt = index * tokenCharacters
    const madeAt = signedAt + Math.floor(index / idsPerSecond)
    tokens.write(newToken(madeAt, index, random), tokenAt, 'latin1')
    putToken(template, scratch, tokens, tokenAt)
    const signature = sign(signedAt, scratch.subarray(template.bodyAt))
    signatures.write(signature, index * signatureCharacters, 'latin1')
  }
  return {
    count,
    seed,
    requestBytes: template.bytes.length,
    bodyBytes: template.bytes.length - template.bodyAt,
    signedAt,
    buffer: () => Buffer.from(template.bytes),
    write(into, index) {
      putToken(template, into, tokens, index * tokenCharacters)
      const from = index * signatureCharacters
      signatures.copy(into, template.signatureAt, from, from + signatureCharacters)
    },
    eventId(index) {
      const from = index * tokenCharacters
      return eventIdOf(tokens.toString('latin1', from, from + tokenCharacters))
    },
    parts(index) {
      const whole = Buffer.from(template.bytes)
      this.write(whole, index)
      const { signatureAt, bodyAt } = template
      const v1 = whole.toString('latin1', signatureAt, signatureAt + signatureCharacters)
      return { signature: `t=${signedAt},v1=${v1}`, body: whole.subarray(bodyAt) }
    },
  }
}

function makeTemplate(signedAt: number, random: Random): Template {
  const token = newToken(signedAt, 0, random)
  const body = stripeEvent(token, signedAt)
  const signature = '0'.repeat(signatureCharacters)
  const bytes = Buffer.from(`${head(signedAt, signature, body)}${body}`, 'latin1')
  return {
    bytes,
    bodyAt: bytes.length - body.length,
    signatureAt: bytes.indexOf(signature),
    tokenAts: placesOf(bytes, token),
  }
}

/** The headers that Stripe sends. */
function head(signedAt: number, signature: string, body: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    'Accept: */*; q=0.5, application/xml',
    'Cache-Control: no-cache',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${body.length}`,
    `Stripe-Signature: t=${signedAt},v1=${signature}`,
    '\r\n',
  ].join('\r\n')
}

function placesOf(bytes: Buffer, token: string): number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(token); at >= 0; at = bytes.indexOf(token, at + 1)) places.push(at)
  return places
}

function putToken({ tokenAts }: Template, into: Buffer, tokens: Buffer, tokenAt: number): void {
  for (const at of tokenAts) tokens.copy(into, at, tokenAt, tokenAt + tokenCharacters)
}

function sign(atSeconds: number, body: Buffer): string {
  return createHmac('sha256', secret).update(`${atSeconds}.`).update(body).digest('hex')
}
