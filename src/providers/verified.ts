/**
 * The outcome of a request that verified. Its fields are read when asked for, as a class does it at
 * no cost: parsing takes longer than the digest, and many callers want only to know who called.
 */
import type { Mode } from '../base/mode.ts'
import type { Declaration, EventFields } from './declaration.ts'
import { type Find, findIn, modeField, textField, timeField } from './fields.ts'
import type { BatchedEvent, Verified, VerifiedEvent } from './outcome.ts'
import type { Reading } from './schemes/reading.ts'
import type { Matched, Scheme } from './schemes/scheme.ts'

export class VerifiedRequest implements Verified {
  readonly ok = true
  readonly secretIndex: number
  readonly bodyAuthenticated: boolean
  readonly #declaration: Declaration
  readonly #reading: Reading
  readonly #matched: Matched
  #events: readonly BatchedEvent[] | undefined
  #finding: Find | undefined

  constructor(declaration: Declaration, scheme: Scheme, reading: Reading, matched: Matched) {
    this.secretIndex = matched.secretIndex
    this.bodyAuthenticated = matched.bodyAuthenticated ?? scheme.facts.bodyAuthenticated
    this.#declaration = declaration
    this.#reading = reading
    this.#matched = matched
  }

  get dedupeKey(): string | undefined {
    return textField(this.#declaration.event.id, this.#find)
  }

  get type(): string | undefined {
    return textField(this.#declaration.event.type, this.#find)
  }

  get occurredAt(): number | undefined {
    return timeField(this.#declaration.event.occurredAt, this.#find)
  }

  get mode(): Mode | undefined {
    return modeField(this.#declaration.event.mode, this.#find)
  }

  get events(): readonly BatchedEvent[] | undefined {
    this.#events ??= this.#cutEvents()
    return this.#events
  }

  /** Getters of a class are not its own properties; this writes them out. */
  toJSON(): Omit<Verified, 'events'> {
    const { ok, secretIndex, bodyAuthenticated } = this
    return {
      ok,
      secretIndex,
      bodyAuthenticated,
      ...readFields(this.#declaration.event, this.#find),
    }
  }

  #cutEvents(): readonly BatchedEvent[] | undefined {
    const { batch, event } = this.#declaration
    return batch?.(this.#reading.request.body)?.map((body) => ({
      body,
      ...readFields(event, findIn(this.#reading.of(body), this.#matched)),
    }))
  }

  get #find(): Find {
    this.#finding ??= findIn(this.#reading, this.#matched)
    return this.#finding
  }
}

function readFields(event: EventFields, find: Find): VerifiedEvent {
  return {
    dedupeKey: textField(event.id, find),
    type: textField(event.type, find),
    occurredAt: timeField(event.occurredAt, find),
    mode: modeField(event.mode, find),
  }
}
