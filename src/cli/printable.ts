/**
 * Text from outside, made safe to print. Payloads are hostile: control characters could forge
 * lines, colours or whole screens in a terminal, and marks of direction could reverse what is read.
 */

const unprintable = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu

/** Every unprintable character as `\u{…}`; line breaks too. */
export function printableLine(text: string): string {
  return text.replace(unprintable, escaped)
}

/** As `printableLine`, with the line breaks kept. */
export function printableText(text: string): string {
  return text.split(/\r?\n/).map(printableLine).join('\n')
}

function escaped(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`
}
