/** A payload as the bytes that came: offset, hexadecimal, and the letters among them. */
import { VirtualLines } from './virtual-lines.tsx'

const bytesPerLine = 16

export function ByteView({ bytes, label }: { readonly bytes: Uint8Array; readonly label: string }) {
  return (
    <VirtualLines label={label} count={Math.max(1, Math.ceil(bytes.length / bytesPerLine))}>
      {(i) => <ByteLine offset={i * bytesPerLine} bytes={bytes} />}
    </VirtualLines>
  )
}

function ByteLine({ offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array }) {
  const part = [...bytes.subarray(offset, offset + bytesPerLine)]
  const hex = part.map((byte) => byte.toString(16).padStart(2, '0'))
  const letters = part.map((byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
  )
  return (
    <>
      <span className="mr-4 text-muted select-none">{offset.toString(16).padStart(6, '0')}</span>
      <span className="mr-4">{hex.join(' ').padEnd(bytesPerLine * 3 - 1)}</span>
      <span className="text-muted">{letters.join('')}</span>
    </>
  )
}

export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
