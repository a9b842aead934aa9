/** The type of an event as text that breaks after its dots and underscores, and is never cut. */
import { Fragment } from 'react'
import { visibleText } from '../payload/visible-text.ts'

export function TypeName({ type }: { readonly type: string }) {
  const parts = visibleText(type).split(/(?<=[._/-])/)
  return parts.map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part may come twice and never moves
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {part}
    </Fragment>
  ))
}
