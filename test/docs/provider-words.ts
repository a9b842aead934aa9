/** How the parts of a provider's declaration are said in words. Knows no provider. */
import type { Declaration, Field, Place } from '../../src/providers/declaration.ts'
import type { Scheme } from '../../src/providers/schemes/scheme.ts'

const partWords: Readonly<Record<string, string>> = {
  body: 'the body, byte for byte',
  timestamp: 'the time, as it is written',
  id: 'the id',
  url: 'the URL as it is registered (`publicUrl`)',
  method: 'the method',
}

/** `{timestamp}.{body}` -> `the time, as it is written`, then `.`, then … */
export function signedWords(template: string): string {
  if (!template.includes('{')) return template
  const pieces = template.split(/\{(\w+)\}/)
  const words = pieces.map((piece, index) => {
    if (index % 2 === 1) return partWords[piece] ?? piece
    return piece === '' ? undefined : `\`${piece}\``
  })
  return words.filter((word) => word !== undefined).join(', then ')
}

export function fieldWords(field: Field | undefined): string | undefined {
  if (field === undefined) return undefined
  if (typeof field === 'string') return placeWords(field)
  if ('memberOf' in field) {
    const beside = field.beside.map((name) => `\`${name}\``).join(', ')
    return `the name of the first member of ${placeWords(field.memberOf)} beside ${beside}`
  }
  const fields = ('first' in field ? field.first : field.join).map(fieldWords)
  return 'first' in field
    ? `the first that is there: ${fields.join('; ')}`
    : `joined by full stops: ${fields.join(', ')}`
}

function placeWords(place: Place): string {
  if (place === 'signed:id') return 'the id that is signed'
  if (place.startsWith('header:')) return `the header \`${place.slice('header:'.length)}\``
  const path = place.slice('body:'.length)
  return path === '' ? 'the whole payload' : `\`${path}\` of the payload`
}

const unitWords = { s: 'seconds', ms: 'milliseconds', iso: 'RFC 3339', 'iso-utc': 'RFC 3339, UTC' }

export function timeWords({ event }: Declaration): string {
  if (!event.occurredAt) return 'The provider tells none.'
  const { at, unit } = event.occurredAt
  const words = unitWords[unit as keyof typeof unitWords] ?? unit
  return `${capital(placeWords(at))} (${words}).`
}

export function modeWords({ event }: Declaration): string {
  if (!event.mode) return "The provider does not say; it is the source's own."
  const { at, live, test } = event.mode
  return `${capital(placeWords(at))}: \`${live}\` is live, \`${test}\` is test.`
}

export function authenticatedWords({ facts }: Scheme): string {
  if (facts.bodyAuthenticated) return 'Yes: a changed body does not verify.'
  return (
    '**No.** It proves at most who called, not what the body says. In the handler take the ids ' +
    'from the event, and fetch from the API of the provider whatever decides about money or rights.'
  )
}

export function retryWords({ retryAfterSeconds }: Declaration): string {
  if (!retryAfterSeconds) return 'Not published, as far as is known.'
  if (retryAfterSeconds.length === 0) return 'None: what was not accepted does not come again.'
  return `After ${retryAfterSeconds.map(span).join(', ')}.`
}

function span(seconds: number): string {
  if (seconds >= 3_600) return `${round(seconds / 3_600)} h`
  return seconds >= 60 ? `${round(seconds / 60)} min` : `${seconds} s`
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
