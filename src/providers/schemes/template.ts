/** What is signed, as a template such as `{timestamp}.{body}`, and its parts for one request. */
import type { Part } from '../../signing/hmac.ts'

const partNames = ['body', 'timestamp', 'id', 'url', 'method'] as const
export type PartName = (typeof partNames)[number]

/** A part by name, or the text between two. */
export type TemplatePart = { readonly name: PartName } | { readonly text: string }

export interface PartValues {
  readonly body: Uint8Array
  readonly timestamp: string
  readonly id: string
  readonly url: string
  readonly method: string
}

export function parseTemplate(template: string): readonly TemplatePart[] {
  const pieces = template.split(/\{(\w+)\}/)
  // With one group, split gives text and names in turn.
  return pieces.flatMap((piece, index): TemplatePart[] => {
    if (index % 2 === 1) return [{ name: partName(piece, template) }]
    return piece === '' ? [] : [{ text: piece }]
  })
}

function partName(text: string, template: string): PartName {
  const name = partNames.find((known) => known === text)
  if (!name) throw new Error(`The template ${template} names {${text}}, which no request has.`)
  return name
}

export function usesPart(template: readonly TemplatePart[], name: PartName): boolean {
  return template.some((part) => 'name' in part && part.name === name)
}

/** Texts that follow one another are joined: each part fed to a digest costs a call. */
export function fillTemplate(template: readonly TemplatePart[], values: PartValues): Part[] {
  const parts: Part[] = []
  for (const part of template) {
    const value = 'text' in part ? part.text : values[part.name]
    const last = parts.at(-1)
    if (typeof value === 'string' && typeof last === 'string')
      parts[parts.length - 1] = last + value
    else parts.push(value)
  }
  return parts
}
