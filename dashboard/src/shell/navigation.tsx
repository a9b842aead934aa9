/** The pages at the side, with what waits for somebody as a number. */
import { Link, useLocation } from 'wouter'
import { useFailedCount } from '../api/lists.ts'
import { useShownPages } from '../api/sandbox.ts'
import { useHref, useMode } from '../mode.ts'
import type { PageEntry } from '../pages.ts'
import { Icon } from '../parts/icon.tsx'
import { countText } from '../parts/time.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

export function Navigation({ onGone }: { readonly onGone?: () => void }) {
  return (
    <div className="flex h-full flex-col">
      <Brand />
      <nav aria-label="Pages" className="flex-1 overflow-y-auto px-2 py-2">
        <ul className="flex flex-col gap-0.5">
          {useShownPages().map((page) => (
            <li key={page.path}>
              <Entry page={page} onGone={onGone} />
            </li>
          ))}
        </ul>
      </nav>
      <footer className="flex items-center justify-between gap-2 border-t border-line p-2">
        <ThemeSwitch />
        <form method="post" action="/sign-out">
          <button
            type="submit"
            className="inline-flex h-8 items-center gap-1.5 rounded-md px-2 text-sm text-muted
              hover:bg-sunken hover:text-text"
          >
            <Icon name="out" size={14} />
            Sign out
          </button>
        </form>
      </footer>
    </div>
  )
}

function Brand() {
  return (
    <div className="flex h-12 items-center gap-2 px-4">
      <img src="/hookline/icon.svg" alt="" width="22" height="22" />
      <span className="font-semibold tracking-tight">Hookline</span>
    </div>
  )
}

function Entry({ page, onGone }: { page: PageEntry; onGone: (() => void) | undefined }) {
  const [path] = useLocation()
  const href = useHref()(page.path)
  const isHere = page.path === '' ? path === href : path.startsWith(href)
  return (
    <Link
      href={href}
      onClick={() => onGone?.()}
      aria-current={isHere ? 'page' : undefined}
      className={`flex h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium
        transition-colors ${
          isHere ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-sunken hover:text-text'
        }`}
    >
      <Icon name={page.icon} />
      <span className="flex-1 truncate">{page.title}</span>
      {page.path === '/failed' && <FailedCount />}
    </Link>
  )
}

function FailedCount() {
  const mode = useMode()
  const failed = useFailedCount(mode)
  if (failed === 0) return null
  return (
    <span
      key={mode}
      className="rounded-full bg-bad-soft px-1.5 text-2xs font-semibold text-bad tabular-nums"
      title={`${countText(failed)} deliveries failed`}
    >
      {failed > 999 ? '999+' : failed}
    </span>
  )
}
