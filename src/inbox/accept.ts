/** From a verified request to the events to store. Pure. */
import { createHash } from 'node:crypto'
import type { Verified, VerifiedEvent, WebhookRequest } from '../providers/provider.ts'
import type { NewDelivery, NewEvent } from '../storage/storage.ts'
import { verifiedWith } from './secret-notes.ts'
import type { Source } from './sources.ts'

/** A key longer than this is stored as its hash: it comes from outside and is part of an index. */
const dedupeKeyCharactersMax = 255
const typeCharactersMax = 255
const unknownType = 'unknown'

/**
 * Stored without their values, as are the provider's own secret headers: they prove who called and
 * are of no use to a handler.
 */
const withheldHeaders = new Set(['authorization', 'cookie', 'proxy-authorization'])

export interface WantedEvent {
  readonly source: string
  readonly type: string
  readonly body: Uint8Array
}

/** The deliveries that an event of this kind gets: one per handler that wants it. */
export type DeliveriesFor = (event: WantedEvent) => readonly NewDelivery[]

interface Arrived {
  readonly request: WebhookRequest
  readonly outcome: Verified
  /** Those that it was verified with. */
  readonly secrets: readonly string[]
  readonly receivedAt: number
}

export function toNewEvents(
  source: Source,
  { request, outcome, secrets, receivedAt }: Arrived,
  deliveriesFor: DeliveriesFor,
): NewEvent[] {
  const headers = keptHeaders(source, request.headers)
  const secret = verifiedWith(secrets, outcome.secretIndex)
  const make = (event: VerifiedEvent, body: Uint8Array): NewEvent => {
    const type = (event.type || unknownType).slice(0, typeCharactersMax)
    return {
      source: source.name,
      dedupeKey: dedupeKeyOf(event.dedupeKey, type, body),
      type,
      mode: event.mode ?? source.mode,
      receivedAt,
      occurredAt: event.occurredAt ?? null,
      headers,
      body,
      deliveries: deliveriesFor({ source: source.name, type, body }),
      verifiedWith: secret,
    }
  }
  return outcome.events?.map((event) => make(event, event.body)) ?? [make(outcome, request.body)]
}

function keptHeaders({ provider }: Source, headers: NewEvent['headers']): NewEvent['headers'] {
  const { secretHeaders } = provider
  const isWithheld = (header: readonly [name: string, value: string]) => {
    const name = header[0].toLowerCase()
    return withheldHeaders.has(name) || secretHeaders.includes(name)
  }
  if (!headers.some(isWithheld)) return headers
  return headers.map((header) => (isWithheld(header) ? [header[0], '[withheld]'] : header))
}

/**
 * A provider that names no id repeats itself byte for byte: the hash of type and bytes is the
 * key.
 */
function dedupeKeyOf(key: string | undefined, type: string, body: Uint8Array): string {
  if (key && key.length <= dedupeKeyCharactersMax && isStorable(key)) return key
  const hash = createHash('sha256')
  if (key) hash.update('key\0').update(key)
  else hash.update('body\0').update(type).update('\0').update(body)
  return `sha256:${hash.digest('hex')}`
}

/**
 * A text that databases keep as it is. Two keys that they would make one must not become one
 * event.
 */
function isStorable(key: string): boolean {
  return key.isWellFormed() && !key.includes('\0')
}
