/**
 * One request while it is being verified: the headers that matter, found in one pass, and the
 * payload, parsed at most once and only when somebody asks.
 */
import { type Json, valueAt } from '../../base/json.ts'
import { readMembers } from '../../base/json-members.ts'
import type { WebhookRequest } from '../request.ts'

export type ParsePayload = (body: Uint8Array) => Json | undefined

export class Reading {
  readonly request: WebhookRequest
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly #parse: ParsePayload
  readonly #memberNames: readonly string[]
  #payload: Json | undefined
  #isParsed = false
  #members: readonly (Json | undefined)[] | undefined

  /** @param memberNames the only members that `at` is asked for, where that is known of JSON. */
  constructor(
    request: WebhookRequest,
    headers: ReadonlyMap<string, string>,
    parse: ParsePayload,
    memberNames: readonly string[] = [],
  ) {
    this.request = request
    this.headers = headers
    this.#parse = parse
    this.#memberNames = memberNames
  }

  /** The same request with other bytes: one element of its batch. */
  of(body: Uint8Array): Reading {
    return new Reading({ ...this.request, body }, this.headers, this.#parse, this.#memberNames)
  }

  /**
   * Not to be asked before the signature matched: parsing is work that a stranger must not cause.
   */
  payload(): Json | undefined {
    if (!this.#isParsed) {
      this.#payload = this.#parse(this.request.body)
      this.#isParsed = true
    }
    return this.#payload
  }

  /**
   * The value at a dotted path of the payload. Where only members of it are ever asked for, they
   * are read from the bytes in half the time that it takes to make all of it.
   */
  at(path: string): unknown {
    const index = this.#isParsed ? -1 : this.#memberNames.indexOf(path)
    if (index === -1) return valueAt(this.payload(), path)
    this.#members ??= readMembers(this.request.body, this.#memberNames)
    return this.#members ? this.#members[index] : valueAt(this.payload(), path)
  }
}

export interface WantedHeaders {
  readonly names: ReadonlySet<string>
  readonly repeatable: ReadonlySet<string>
  /** Of the names: most headers are passed over by their length, without being lower-cased. */
  readonly lengths: ReadonlySet<number>
}

export function wantHeaders(
  names: readonly string[],
  repeatable: readonly string[] = [],
): WantedHeaders {
  const lengths = new Set(names.map((name) => name.length))
  return { names: new Set(names), repeatable: new Set(repeatable), lengths }
}

/** The wanted headers, or the name of one that came twice and may not. */
export function findHeaders(
  headers: readonly (readonly [name: string, value: string])[],
  wanted: WantedHeaders,
): ReadonlyMap<string, string> | { readonly repeated: string } {
  const found = new Map<string, string>()
  for (const header of headers) {
    if (!wanted.lengths.has(header[0].length)) continue
    const name = header[0].toLowerCase()
    if (!wanted.names.has(name)) continue
    const value = header[1]
    const before = found.get(name)
    if (before !== undefined && !wanted.repeatable.has(name)) return { repeated: name }
    found.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return found
}
