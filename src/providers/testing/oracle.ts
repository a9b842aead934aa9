/** What a company's own verifier or signer is to the tests, and how its package is asked. */
import type { WebhookRequest } from '../request.ts'

export interface OracleOptions {
  readonly secret: string
  /** Unix seconds. */
  readonly now: number
  readonly id: string
}

export interface Oracle {
  /** The npm package. */
  readonly name: string
  /** The headers with which it would send this text; absent where it only verifies. */
  sign?(body: string, options: OracleOptions): [string, string][] | Promise<[string, string][]>
  /** Whether it accepts. Most read the body as text, so they are asked about text only. */
  verify?(request: WebhookRequest, options: OracleOptions): boolean | Promise<boolean>
}

export function header({ headers }: WebhookRequest, name: string): string {
  return headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? ''
}

export function text({ body }: WebhookRequest): string {
  return Buffer.from(body).toString('utf8')
}

/** Most verifiers throw where they refuse. */
export function accepts(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}

/** As `accepts`, of a verifier that answers later. */
export function resolves(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  )
}
