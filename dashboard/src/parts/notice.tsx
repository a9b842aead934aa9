/** What a page shows instead of its content: that it is empty, is being read, or could not be. */
import type { ReactNode } from 'react'
import { errorText } from '../api/server.ts'
import { CopyButton } from './copy.tsx'
import { Icon, type IconName } from './icon.tsx'

export function Empty({
  icon,
  title,
  children,
  command,
}: {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
  /** The one command to run next. */
  readonly command?: string
}) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-16 text-center">
      <span className="rounded-xl border border-line bg-surface p-3 text-muted">
        <Icon name={icon} size={20} />
      </span>
      <h2 className="text-base font-semibold">{title}</h2>
      {children && <div className="max-w-md text-muted">{children}</div>}
      {command !== undefined && <Command text={command} />}
    </div>
  )
}

export function Command({ text }: { readonly text: string }) {
  return (
    <div
      className="flex max-w-full items-center gap-1 rounded-lg border border-line bg-sunken
      py-1 pr-1 pl-3"
    >
      <code className="min-w-0 overflow-x-auto py-1 font-mono text-xs whitespace-nowrap">
        {text}
      </code>
      <CopyButton text={text} label="Copy the command" />
    </div>
  )
}

export function Failure({ error, onRetry }: { readonly error: unknown; onRetry?: () => void }) {
  return (
    <div
      role="alert"
      className="m-4 flex flex-wrap items-center gap-3 rounded-lg bg-bad-soft p-4 text-bad"
    >
      <Icon name="failed" />
      <p className="min-w-0 flex-1 break-words">{errorText(error)}</p>
      {onRetry && (
        <button type="button" className="font-medium underline" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** Said after a moment only: what is there at once shall not flicker. */
export function Loading() {
  return (
    <div className="flex animate-pulse flex-col gap-3 p-4" role="status" aria-label="Loading">
      {[90, 70, 80].map((width) => (
        <div key={width} className="h-4 rounded-md bg-sunken" style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}
