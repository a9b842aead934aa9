/** A network of a few addresses, and the certificates that a pretended provider has there. */
import { createPublicKey } from 'node:crypto'
import { readBundle } from '../../signing/certificate.ts'
import { keyName } from '../schemes/identity-token.ts'

type Fetch = typeof globalThis.fetch

/** What is at an address: text with status 200, or an answer of its own. */
export type Answers = Readonly<Record<string, string | ((init?: RequestInit) => Response)>>

/** Nothing is at any other address, and nobody may ask there. */
export function network(answers: Answers): Fetch & { readonly asked: string[] } {
  const asked: string[] = []
  const fetch: Fetch = async (input, init) => {
    const url = String(input)
    asked.push(url)
    const answer = answers[url]
    if (answer === undefined) throw new TypeError(`Nothing is at ${url}.`)
    return typeof answer === 'string' ? new Response(answer) : answer(init)
  }
  return Object.assign(fetch, { asked })
}

/** The certificate of a bundle's own key. */
export function leafOf(bundle: string): string {
  return String(readBundle(bundle).certificates[0])
}

/** The last one of a bundle, which ends the chain. */
export function rootOf(bundle: string): string {
  return String(readBundle(bundle).certificates.at(-1))
}

/**
 * Plaid's answer to the question for a key, of whatever name: the one that belongs to this private
 * key.
 */
export function plaidKeys(
  privateKey: string,
  changes: object = {},
): (init?: RequestInit) => Response {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
  return (init) => {
    const { key_id: kid } = JSON.parse(String(init?.body))
    const key = { ...jwk, alg: 'ES256', use: 'sig', kid, expired_at: null, ...changes }
    return Response.json({ key, request_id: 'RZ6Omi1bzzwDaLo' })
  }
}

/** Google's key set with the one key that belongs to this private key. */
export function googleKeys(privateKey: string): string {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
  return JSON.stringify({ keys: [{ ...jwk, alg: 'RS256', use: 'sig', kid: keyName(privateKey) }] })
}
