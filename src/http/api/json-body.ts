/**
 * Reads and checks the JSON body of a request before the router sees it: within its limit, declared
 * as JSON, parsed, and with nothing in it that is dangerous to handle further.
 */
import { decodeUtf8 } from '../../base/bytes.ts'
import { HooklineError } from '../../base/errors.ts'
import { type Json, parseJson } from '../../base/json.ts'
import { readRequestBody } from '../body.ts'

export const jsonBytesMax = 1_048_576
/** Deeper values would overflow the stack of those who walk them. */
export const jsonDepthMax = 64

const methodsWithBody = ['POST', 'PUT', 'PATCH']

/**
 * A request whose body is JSON, or that has none.
 * @throws HooklineError `body_too_large`, `body_incomplete`, `content_encoding_unsupported`,
 * `payload_invalid`.
 */
export async function withCheckedBody(request: Request): Promise<Request> {
  const { method, url } = request
  if (!methodsWithBody.includes(method)) return request
  const body = await readBody(request)
  const headers = new Headers(request.headers)
  if (body.byteLength > 0) {
    checkForm(headers)
    checkJson(body)
    return new Request(url, { method, headers, body })
  }
  headers.delete('content-type')
  return new Request(url, { method, headers })
}

async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const body = await readRequestBody(request, jsonBytesMax)
  if (typeof body !== 'string') return Uint8Array.from(body)
  throw new HooklineError(
    body,
    body === 'body_too_large'
      ? `The body is over ${jsonBytesMax} bytes and was not read. It is likely not meant for ` +
          'this route. Send less.'
      : 'The connection ended before the body was whole. Nothing was done. Send it again.',
  )
}

function checkForm(headers: Headers): void {
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? 'identity'
  if (encoding !== 'identity') {
    throw new HooklineError(
      'content_encoding_unsupported',
      'The body is compressed, and the admin API reads plain JSON only. Send it uncompressed.',
    )
  }
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw bodyInvalid('it is not declared as application/json')
}

function checkJson(body: Uint8Array): void {
  const text = decodeUtf8(body)
  if (text === undefined) throw bodyInvalid('it is not UTF-8')
  const value = parseJson(text)
  if (value === undefined) throw bodyInvalid('it is not JSON')
  const fault = faultIn(value)
  if (fault) throw bodyInvalid(fault)
}

/** Without recursion, so that the check itself can not overflow. */
function faultIn(value: Json): string | undefined {
  let level: Json[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    const containers = level.filter((inner) => typeof inner === 'object' && inner !== null)
    if (depth >= jsonDepthMax && containers.length > 0) {
      return `it is nested more than ${jsonDepthMax} levels deep`
    }
    // Copied member by member, such a name would replace the prototype of the copy.
    if (containers.some((inner) => Object.hasOwn(inner, '__proto__'))) {
      return 'it has a member named __proto__'
    }
    level = containers.flatMap((inner) => Object.values(inner))
  }
  return undefined
}

export function bodyInvalid(why: string): HooklineError {
  return new HooklineError(
    'payload_invalid',
    `The body can not be used: ${why}. It was likely written for another route or by hand. ` +
      'Compare it with GET /api/v1/openapi.json.',
  )
}
