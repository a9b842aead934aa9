/**
 * Takes secrets out of what an API answers: each byte of a secret becomes an asterisk, so that
 * lengths stay. A secret that is cut by the end of a piece is found too. Only as much is held back
 * as could be the beginning of one.
 */

const asterisk = 0x2a

export interface Scrubber {
  text(value: string): string
  /** What can be passed on of this piece and of what was held back before it. */
  push(piece: Uint8Array): Uint8Array
  /** What was held back; it was no secret. */
  end(): Uint8Array
}

export function newScrubber(secrets: readonly string[]): Scrubber {
  const forms = [...new Set(secrets.flatMap(formsOf))].map((form) => Buffer.from(form, 'latin1'))
  // As it came, and as it is passed on: a secret may begin within another one.
  let held: Buffer = Buffer.alloc(0)
  let heldMasked: Buffer = held
  return {
    text: (value) => {
      // The values of headers are bytes, which Headers shows as Latin-1.
      const bytes = Buffer.from(value, 'latin1')
      maskAll(bytes, Buffer.from(bytes), forms)
      return bytes.toString('latin1')
    },
    push: (piece) => {
      const bytes = Buffer.concat([held, piece])
      const masked = Buffer.concat([heldMasked, piece])
      maskAll(masked, bytes, forms)
      const end = bytes.byteLength - heldBack(bytes, forms)
      held = bytes.subarray(end)
      heldMasked = masked.subarray(end)
      return masked.subarray(0, end)
    },
    end: () => heldMasked,
  }
}

/** The ways in which an API may write a secret: as it is, in a URL, in hexadecimal, in base64. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'latin1')
  const inUrl = encodeURIComponent(secret)
  const hex = bytes.toString('hex')
  return [
    secret,
    inUrl,
    inUrl.replace(/%../g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('/', '\\/'),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap((offset) => base64FormsOf(bytes, offset)),
  ]
}

/** In base64 a text looks in three ways, by the bytes before it; its ends depend on them too. */
function base64FormsOf(bytes: Uint8Array, offset: number): string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const inner = text.slice(
    Math.ceil((offset * 8) / 6),
    Math.floor(((offset + bytes.byteLength) * 8) / 6),
  )
  return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
}

/** Looks in the bytes as they came, because secrets may overlap. */
function maskAll(masked: Buffer, bytes: Buffer, forms: readonly Buffer[]): void {
  for (const form of forms) {
    let at = bytes.indexOf(form)
    while (at >= 0) {
      masked.fill(asterisk, at, at + form.byteLength)
      at = bytes.indexOf(form, at + 1)
    }
  }
}

/** How many of the last bytes are the beginning of a secret. */
function heldBack(bytes: Buffer, forms: readonly Buffer[]): number {
  let most = 0
  for (const form of forms) {
    const first = form[0] ?? asterisk
    let at = bytes.indexOf(first, Math.max(0, bytes.byteLength - form.byteLength + 1))
    while (at >= 0) {
      const length = bytes.byteLength - at
      if (bytes.compare(form, 0, length, at) === 0) {
        most = Math.max(most, length)
        break // What begins later is shorter.
      }
      at = bytes.indexOf(first, at + 1)
    }
  }
  return most
}
