/** The rows that are in view, out of however many there are. Arrow keys move through them. */
import type { EventView } from 'hookline/client'
import { type KeyboardEvent, memo, useEffect } from 'react'
import { Link } from 'wouter'
import { useHref } from '../../mode.ts'
import { Icon } from '../../parts/icon.tsx'
import { useRowWindow } from '../../parts/row-window.ts'
import { Status } from '../../parts/status.tsx'
import { Ago, bytesText, countText } from '../../parts/time.tsx'
import { type EventList, readMore, setAtTop } from './event-list.ts'

const rowPx = 44
/** So many rows before the end the next page is asked for. */
const readAheadRows = 100

export function EventRows({ list }: { readonly list: EventList }) {
  const { rows, newer } = list.state
  const { scroller, shown, heightPx, onScroll } = useRowWindow<HTMLDivElement>(rows.length, rowPx)
  const last = shown.at(-1) ?? 0
  useEffect(() => {
    if (last >= rows.length - readAheadRows) void readMore(list)
  }, [last, rows.length, list])
  return (
    <div className="relative min-h-0 flex-1">
      {newer > 0 && <Newer count={newer} onShow={() => scroller.current?.scrollTo({ top: 0 })} />}
      <div
        ref={scroller}
        className="@container h-full overflow-y-auto overscroll-contain"
        onScroll={({ currentTarget }) => {
          onScroll()
          setAtTop(list, currentTarget.scrollTop < rowPx)
        }}
      >
        <ul aria-label="Events" className="relative" style={{ height: heightPx }}>
          {shown.map((index) => {
            const event = rows[index]
            return event && <Row key={event.id} event={event} index={index} />
          })}
        </ul>
      </div>
    </div>
  )
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key]
  const row = event.currentTarget.closest('li')
  if (step === undefined || !row || event.ctrlKey || event.metaKey) return
  const index = Number(row.dataset.index) + step
  const next = row.parentElement?.querySelector<HTMLElement>(`li[data-index="${index}"] a`)
  if (!next) return
  event.preventDefault()
  next.focus()
}

const Row = memo(EventRow)

interface RowProps {
  readonly event: EventView
  readonly index: number
}

function EventRow({ event, index }: RowProps) {
  const href = useHref()
  return (
    <li
      data-index={index}
      className="absolute inset-x-0 top-0"
      style={{ height: rowPx, transform: `translateY(${index * rowPx}px)` }}
    >
      <Link
        href={href(`/events/${event.id}`)}
        onKeyDown={moveFocus}
        className="flex h-full items-center gap-3 border-b border-line px-4 hover:bg-sunken
          focus-visible:-outline-offset-2"
      >
        <span className="shrink-0 sm:w-26">
          <Status state={event.status} />
        </span>
        <span className="min-w-0 flex-1 truncate font-medium" dir="ltr">
          {event.type}
        </span>
        <span className="w-28 truncate text-muted @max-2xl:hidden">{event.source}</span>
        <span className="w-64 truncate font-mono text-xs text-muted @max-5xl:hidden">
          {event.id}
        </span>
        <span className="w-16 text-right text-xs text-muted tabular-nums @max-3xl:hidden">
          {bytesText(event.bytes)}
        </span>
        <span className="shrink-0 text-right text-xs text-muted sm:w-20">
          <Ago at={event.receivedAt} />
        </span>
      </Link>
    </li>
  )
}

function Newer({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  return (
    <button
      type="button"
      onClick={onShow}
      className="absolute top-3 left-1/2 z-10 flex -translate-x-1/2 items-center gap-1.5
        rounded-full bg-accent px-3 py-1.5 text-xs font-semibold text-on-accent shadow-lg"
    >
      <Icon name="up" size={12} />
      {countText(count)} new
    </button>
  )
}
