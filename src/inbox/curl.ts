/**
 * A stored event as a command that sends it again, signed anew with the secret of its source. The
 * signature is in the command and the secret is not.
 */
import { decodeUtf8 } from '../base/bytes.ts'
import type { StoredEvent } from '../storage/storage.ts'
import type { Source } from './sources.ts'

/** Longer ones travel as base64, as do those with characters that a terminal would act on. */
const plainCharactersMax = 16_384
/** What the providers allow at the least; most allow five minutes. */
export const signatureGoodMs = 5 * 60_000

const ofTheConnection = [
  ...['host', 'content-length', 'connection', 'transfer-encoding', 'accept-encoding', 'expect'],
  ...['keep-alive', 'upgrade', 'te', 'trailer', 'forwarded', 'via'],
]

export interface CurlCommand {
  readonly command: string
  /** Whether it carries a signature made now. */
  readonly isSigned: boolean
  /** The variable that holds the secret, where that is sent as it is. */
  readonly secretVariable: string | null
}

/** What of an event is sent. */
type Sent = Pick<StoredEvent, 'headers' | 'body' | 'type' | 'dedupeKey'>

export function curlOf(
  source: Source | undefined,
  event: Sent,
  { url, now }: { readonly url: string; readonly now: number },
): CurlCommand {
  const signed = source ? signedHeaders(source, event, now) : []
  const names = signed.map(([name]) => name.toLowerCase())
  const kept = event.headers.filter(([name, value]) => {
    const known = name.toLowerCase()
    const isOfTheWay = ofTheConnection.includes(known) || known.startsWith('x-forwarded-')
    return !isOfTheWay && !names.includes(known) && value !== '[withheld]'
  })
  const variable = source?.provider.secretNames[0] ?? 'WEBHOOK_SECRET'
  const isSecret = ([name, value]: readonly [string, string]) =>
    source?.provider.secretHeaders.includes(name.toLowerCase()) ||
    source?.secrets.some((secret) => value.includes(secret))
  const sent = [...kept, ...signed].map((header) =>
    isSecret(header) ? `-H "${header[0]}: $${variable}"` : `-H ${quoted(header.join(': '))}`,
  )
  const { before, data } = bodyOf(event.body)
  return {
    command: [`${before}curl -X POST ${quoted(url)}`, ...sent, data].join(' \\\n  '),
    isSigned: signed.length > 0,
    secretVariable: signed.some(isSecret) ? variable : null,
  }
}

/** None where there is no secret to sign with, or the sender signs with a key of its own. */
function signedHeaders(
  { provider, secrets, settings }: Source,
  { body, type, dedupeKey }: Sent,
  now: number,
): [name: string, value: string][] {
  const [secret] = secrets
  if (secret === undefined) return []
  try {
    const seconds = Math.floor(now / 1_000)
    const headers = provider.sign(body, { secret, now: seconds, id: dedupeKey, type, settings })
    // A header made of the secret, such as a user and password in base64, would give it away.
    return headers.filter(([name]) => name.toLowerCase() !== 'authorization')
  } catch {
    return []
  }
}

/** In quotes that a shell reads nothing into. */
function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would act on them
  const shown = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
  return `'${shown.replaceAll("'", "'\\''")}'`
}

function bodyOf(body: Uint8Array): { before: string; data: string } {
  const text = body.byteLength <= plainCharactersMax ? decodeUtf8(body) : undefined
  // curl reads a file where the data begins with @.
  const isPlain = text !== undefined && !text.startsWith('@') && quoted(text) === asIs(text)
  if (isPlain) return { before: '', data: `--data-binary ${asIs(text)}` }
  const encoded = Buffer.from(body).toString('base64')
  return { before: `echo '${encoded}' | base64 --decode | `, data: '--data-binary @-' }
}

function asIs(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
