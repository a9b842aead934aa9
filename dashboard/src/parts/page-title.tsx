/** The heading of a page, with what can be done on it. Also the title of the tab. */
import { type ReactNode, useEffect } from 'react'

interface PageTitleProps {
  readonly title: string
  readonly about?: ReactNode
  readonly children?: ReactNode
}

export function PageTitle({ title, about, children }: PageTitleProps) {
  useEffect(() => {
    document.title = `${title} – Hookline`
  }, [title])
  return (
    <header className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
      <div className="min-w-0">
        <h1 className="truncate text-lg font-semibold tracking-tight">{title}</h1>
        {about && <p className="text-muted">{about}</p>}
      </div>
      <div className="ml-auto flex flex-wrap items-center gap-2">{children}</div>
    </header>
  )
}
