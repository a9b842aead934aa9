/** Metadata: the caller's own names and texts on an object. An empty text removes a name. */
import { hash, type Params, paramName } from './params.ts'
import { invalidParam } from './stripe-error.ts'

export type Metadata = Record<string, string>

export const metadataKeysMax = 50
export const metadataKeyCharactersMax = 40
export const metadataValueCharactersMax = 500

/** The metadata after this request; `metadata=` alone clears all of it. */
export function metadataAfter(params: Params, before: Metadata = {}): Metadata {
  if (params.fields.metadata === '') return {}
  const sent = hash(params, 'metadata')
  if (!sent) return before
  const merged = new Map(Object.entries(before))
  for (const [key, value] of Object.entries(sent.fields)) {
    const problem = problemOf(key, value)
    if (problem) throw invalidParam(paramName(sent, key.slice(0, 100)), 'metadata_invalid', problem)
    if (value === '') merged.delete(key)
    else merged.set(key, String(value))
  }
  if (merged.size > metadataKeysMax) {
    throw invalidParam('metadata', 'metadata_invalid', `At most ${metadataKeysMax} keys are kept.`)
  }
  // fromEntries defines own properties, so that a key named __proto__ stays a key.
  return Object.fromEntries(merged)
}

function problemOf(key: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'A metadata value is a text, not an object.'
  if (key.length > metadataKeyCharactersMax) {
    return `A metadata key has at most ${metadataKeyCharactersMax} characters.`
  }
  if (value.length > metadataValueCharactersMax) {
    return `A metadata value has at most ${metadataValueCharactersMax} characters.`
  }
  return undefined
}
