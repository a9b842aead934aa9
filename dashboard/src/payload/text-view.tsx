/** A payload as the text that it is, line by line. */
import { useMemo } from 'react'
import { VirtualLines } from './virtual-lines.tsx'
import { linesOf, visibleText } from './visible-text.ts'

const lineCharactersMax = 160

export function TextView({ text, label }: { readonly text: string; readonly label: string }) {
  const lines = useMemo(() => linesOf(text, lineCharactersMax), [text])
  return (
    <VirtualLines label={label} count={lines.length}>
      {(i) => (
        <>
          <span className="mr-4 w-10 shrink-0 text-right text-muted select-none">
            {lines[i]?.number ?? '↳'}
          </span>
          <bdi dir="ltr">{visibleText(lines[i]?.text ?? '')}</bdi>
        </>
      )}
    </VirtualLines>
  )
}
