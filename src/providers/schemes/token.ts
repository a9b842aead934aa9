/**
 * A secret that the provider sends along, unchanged, with every request. It proves who called, not
 * what the body says: whoever sees one request can write another.
 */
import { equalBytes } from '../../base/bytes.ts'
import { hmac } from '../../signing/hmac.ts'
import { newSecret, secretKey } from '../../signing/secret.ts'
import { refused, type Scheme } from './scheme.ts'

export interface Token {
  readonly header: string
}

const shape = { form: 'text' } as const

export function token({ header }: Token): Scheme {
  const name = header.toLowerCase()
  return {
    headers: [name],
    facts: {
      algorithm: 'none: the secret itself is sent and compared',
      headers: [header],
      bodyAuthenticated: false,
      key: 'the secret as it is',
    },
    verify({ headers }, { secrets }) {
      const sent = headers.get(name)
      if (!sent) return refused('signature_missing')
      const usable = secrets.map((secret) => secretKey(secret, shape))
      if (usable.every((secret) => secret === undefined)) return refused('secret_missing')
      const secretIndex = usable.findIndex(
        (secret) => secret !== undefined && isSameSecret(sent, secret),
      )
      return secretIndex === -1 ? refused('signature_mismatch') : { ok: true, secretIndex }
    },
    sign: (_body, { secret }) => ({ headers: [[header, secret]] }),
    newSecrets() {
      const secret = newSecret(shape)
      return { secret, signingSecret: secret }
    },
  }
}

/**
 * Compared by digests of equal length, so that not even the length of the secret shows in the time.
 */
export function isSameSecret(sent: string, secret: string | Uint8Array): boolean {
  return equalBytes(hmac('sha256', 'hookline', [sent]), hmac('sha256', 'hookline', [secret]))
}
