/**
 * Asks the sandbox of `dev` for what is its own: what it can send, to send it, to buy something.
 * It reaches this machine alone, follows no redirect, and keeps no record: nothing was called with
 * a key.
 */
import { HooklineError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { newEgress } from '../egress/egress.ts'

/** The sandbox answers when the first attempts were made, each of which has 20 s. */
const answerMsMax = 25_000
const answerBytesMax = 8_388_608
const detailCharactersMax = 500

/** A path such as `catalogue`, and what is posted to it; without a body it is read. */
export type AskSandbox = (path: string, body?: object) => Promise<unknown>

/** @throws HooklineError from what it gives: `egress_failed`, `payload_invalid`, `not_found`. */
export function newSandboxLink(sandboxUrl: string): AskSandbox {
  const fetch = newEgress({
    allowAddresses: ['127.0.0.1', '::1'],
    allowHttp: true,
    timeoutMs: answerMsMax,
    responseBytesMax: answerBytesMax,
  })
  return async (path, body) => {
    const response = await fetch(`${sandboxUrl}/_sandbox/${path}`, init(body))
    const answer = parseJson(await response.text())
    if (response.ok && answer !== undefined) return answer
    throw refusedBySandbox(response.status, answer)
  }
}

function init(body: object | undefined): RequestInit {
  if (body === undefined) return {}
  const headers = { 'content-type': 'application/json' }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

/** The sandbox is of this version and says itself what is wrong; anything else is no sandbox. */
function refusedBySandbox(status: number, answer: unknown): HooklineError {
  const { detail } = Object(answer) as { detail?: unknown }
  if (typeof detail !== 'string' || ![400, 404].includes(status)) {
    return new HooklineError(
      'egress_failed',
      `The sandbox answered with ${status}, which it does not do. Another program likely has its ` +
        'port. Stop that program, and start `hookline dev` again.',
    )
  }
  const code = status === 404 ? 'not_found' : 'payload_invalid'
  return new HooklineError(code, detail.slice(0, detailCharactersMax))
}
