/** One part of the form, which is one step of adding a source. */
import type { ReactNode } from 'react'

export function Part({
  title,
  children,
}: {
  readonly title: string
  readonly children: ReactNode
}) {
  return (
    <li aria-label={title} className="card flex min-w-0 flex-col gap-3 p-4">
      <h2 className="font-medium">{title}</h2>
      {children}
    </li>
  )
}
