/**
 * A form that holds nothing but an id, unsigned: anybody can send it. It is taken for what it is, a
 * hint that something changed, and everything that matters has to be fetched with the API key by
 * the handler.
 */
import { decodeUtf8 } from '../../base/bytes.ts'
import { readForm } from '../form.ts'
import { refused, type Scheme } from './scheme.ts'

export interface UnsignedId {
  /** The name of the only field. */
  readonly field: string
  /** What an id looks like, whole: handlers put it into the path of a URL. */
  readonly id: RegExp
}

export function unsignedId({ field, id }: UnsignedId): Scheme {
  const read = (body: Uint8Array) => {
    const [only, another] = readForm(decodeUtf8(body) ?? '') ?? []
    return only?.[0] === field && !another && id.test(only[1]) ? only[1] : undefined
  }
  return {
    headers: [],
    facts: {
      algorithm: 'none: whoever knows the URL can send it',
      headers: [],
      bodyAuthenticated: false,
      key: 'none',
      needsPayload: true,
    },
    verify({ request }, { now }) {
      const value = read(request.body)
      if (value === undefined) return refused('body_malformed')
      // The same id comes again for every later change, so it must not be taken for a repeat of the
      // first.
      return { ok: true, secretIndex: 0, id: `${value}.${now}` }
    },
    sign(body) {
      if (read(body) === undefined) throw new TypeError(`The body is not ${field}= with an id.`)
      return { headers: [] }
    },
    newSecrets: () => ({ secret: '', signingSecret: '' }),
  }
}
