/** Texts that nobody guesses, for secrets that a person is to make up. */

const base = 36
/** Bytes from here on would make some letters more frequent than others. */
const byteEnd = 256 - (256 % base)

/** Letters and digits, each of them drawn by the browser's own source of chance. */
export function randomText(characters: number): string {
  let text = ''
  while (text.length < characters) {
    const bytes = crypto.getRandomValues(new Uint8Array(characters))
    for (const byte of bytes) if (byte < byteEnd) text += (byte % base).toString(base)
  }
  return text.slice(0, characters)
}
