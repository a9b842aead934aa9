/**
 * Text of strangers as it can be shown: what has no shape of its own, or would turn the text around
 * it, is written as its code. A payload then looks like what it is, and breaks nothing.
 */

/** Control characters without tab; marks of direction; what takes no room; lone surrogates. */
const unseen = /\p{Cc}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}/gu

export function visibleText(text: string): string {
  return text.replace(unseen, (character) => (character === '\t' ? '  ' : codeOf(character)))
}

function codeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`
}

/** Lines no longer than `charactersMax`; a longer one goes on in the next, marked as such. */
export interface TextLine {
  readonly text: string
  /** The number of the line in the text; undefined where it goes on. */
  readonly number: number | undefined
}

export function linesOf(text: string, charactersMax: number): TextLine[] {
  const lines: TextLine[] = []
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    lines.push({ text: line.slice(0, charactersMax), number: i + 1 })
    for (let from = charactersMax; from < line.length; from += charactersMax) {
      lines.push({ text: line.slice(from, from + charactersMax), number: undefined })
    }
  }
  return lines
}
