/** The one switch between test and live. It is in the path, and each has its colour. */
import type { Mode } from 'hookline/client'
import { Link, useLocation } from 'wouter'
import { useMode } from '../mode.ts'

const colours: Readonly<Record<Mode, string>> = {
  test: 'bg-warn-soft text-warn',
  live: 'bg-ok-soft text-ok',
}
const names: Readonly<Record<Mode, string>> = { test: 'Test', live: 'Live' }

export function ModeSwitch() {
  const mode = useMode()
  const [path] = useLocation()
  const section = path.split('/')[2] ?? ''
  return (
    <nav aria-label="Mode" className="flex rounded-lg border border-line bg-surface p-0.5">
      {(['test', 'live'] as const).map((one) => (
        <Link
          key={one}
          // The page stays; what is shown on it is of the other mode and is not there.
          href={`/${one}${section === '' ? '' : `/${section}`}`}
          aria-current={one === mode ? 'true' : undefined}
          className={`flex h-6 items-center gap-1.5 rounded-md px-2.5 text-xs font-semibold ${
            one === mode ? colours[one] : 'text-muted hover:text-text'
          }`}
        >
          {one === mode && <span className="size-1.5 rounded-full bg-current" aria-hidden="true" />}
          {names[one]}
        </Link>
      ))}
    </nav>
  )
}

/** A line over the whole page, so that nobody mistakes one mode for the other. */
export function ModeLine() {
  return (
    <div className={`h-0.5 ${useMode() === 'live' ? 'bg-ok' : 'bg-warn'}`} aria-hidden="true" />
  )
}
