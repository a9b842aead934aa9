/**
 * Secrets that a sender sends along unchanged: in a header of any name, as basic authentication, or
 * as the last part of the path. They prove who called, never what the body says.
 */
import { secretKey } from '../../signing/secret.ts'
import type { WebhookRequest } from '../request.ts'
import type { Reading } from '../schemes/reading.ts'
import { refused, type Scheme, type SchemeFacts, type Signed } from '../schemes/scheme.ts'
import { isSameSecret, token } from '../schemes/token.ts'

const shape = { form: 'text' } as const

interface SentSecret {
  readonly header?: string
  readonly algorithm: string
  /** What was sent, or why there is nothing to compare. */
  read(reading: Reading): string | 'signature_missing' | 'signature_malformed'
  /** What is sent for a secret. */
  expected(secret: string): string
  sign(secret: string, publicUrl: string): Signed
}

/** @param prefix what stands before the secret, such as `Bearer `. */
export function sentHeader(header: string, prefix: string): Scheme {
  if (prefix === '') return token({ header })
  return sentSecret({
    header,
    algorithm: `none: \`${prefix}\` and the secret itself are sent and compared`,
    read: ({ headers }) => headers.get(header.toLowerCase()) || 'signature_missing',
    expected: (secret) => `${prefix}${secret}`,
    sign: (secret) => ({ headers: [[header, `${prefix}${secret}`]] }),
  })
}

/** RFC 7617. The secret is the password. */
export function basic(user: string): Scheme {
  const header = 'Authorization'
  const encode = (secret: string) => Buffer.from(`${user}:${secret}`).toString('base64')
  return sentSecret({
    header,
    algorithm: `none: basic authentication as \`${user}\`, the secret being the password`,
    read({ headers }) {
      const sent = headers.get('authorization')
      if (!sent) return 'signature_missing'
      // The name of the method is the only part that may be written in any case.
      return /^basic /i.test(sent) ? sent.slice('basic '.length) : 'signature_malformed'
    },
    expected: encode,
    sign: (secret) => ({ headers: [[header, `Basic ${encode(secret)}`]] }),
  })
}

/** `/webhooks/<source>/<secret>`. */
export function secretPath(): Scheme {
  return sentSecret({
    algorithm: 'none: the secret is the last part of the path',
    read: ({ request }) => lastOfPath(request) || 'signature_missing',
    expected: (secret) => secret,
    sign: (secret, publicUrl) => ({
      headers: [],
      url: `${publicUrl.replace(/\/$/, '')}/${encodeURIComponent(secret)}`,
    }),
  })
}

/** The part after the source's name; nothing where the path ends with the name. */
function lastOfPath({ url }: WebhookRequest): string {
  const [path = ''] = url.replace(/^[a-z]+:\/\/[^/]*/i, '').split(/[?#]/, 1)
  const parts = path.split('/')
  try {
    return parts.length > 3 ? decodeURIComponent(parts.at(-1) ?? '') : ''
  } catch {
    return ''
  }
}

function sentSecret(sent: SentSecret): Scheme {
  const headers = sent.header === undefined ? [] : [sent.header]
  const facts: SchemeFacts = {
    algorithm: sent.algorithm,
    headers,
    bodyAuthenticated: false,
    key: 'the secret as it is',
  }
  return {
    headers: headers.map((header) => header.toLowerCase()),
    facts,
    verify(reading, { secrets }) {
      const text = sent.read(reading)
      if (text === 'signature_missing' || text === 'signature_malformed') return refused(text)
      const usable = secrets.map((secret) => secretKey(secret, shape) !== undefined)
      if (!usable.includes(true)) return refused('secret_missing')
      const secretIndex = secrets.findIndex(
        (secret, index) => usable[index] && isSameSecret(text, sent.expected(secret)),
      )
      return secretIndex === -1 ? refused('signature_mismatch') : { ok: true, secretIndex }
    },
    sign: (_body, { secret, settings }) =>
      sent.sign(secret, settings?.publicUrl ?? 'http://localhost/webhooks/custom'),
    newSecrets: () => token({ header: sent.header ?? '' }).newSecrets(),
  }
}
