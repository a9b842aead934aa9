/** Which types a source sends, how often, and which of them no handler takes. */
import type { EventTypeView, SourceView } from 'hookline/client'
import { useState } from 'react'
import { Link } from 'wouter'
import { useHref } from '../../mode.ts'
import { Icon } from '../../parts/icon.tsx'
import { countText } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'

const typesShown = 5

export function SourceTypes({ source }: { readonly source: SourceView }) {
  const { eventTypes, name } = source
  const [isOpen, setOpen] = useState(false)
  if (eventTypes.length === 0) return null
  const unhandled = eventTypes.filter(({ handled }) => !handled).length
  const shown = isOpen ? eventTypes : eventTypes.slice(0, typesShown)
  return (
    <section aria-label={`Event types of ${name}`} className="flex flex-col gap-1.5">
      <h3 className="flex items-center gap-2 text-xs font-medium text-muted">
        Received
        {unhandled > 0 && (
          <span className="ml-auto font-normal">
            {unhandled === 1 ? '1 type has no handler' : `${unhandled} types have no handler`}
          </span>
        )}
      </h3>
      <ul className="flex flex-col text-xs">
        {shown.map((type) => (
          <TypeRow key={type.type} source={name} type={type} />
        ))}
      </ul>
      {eventTypes.length > typesShown && (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="self-start text-xs font-medium text-accent"
        >
          {isOpen ? 'Show fewer' : `Show ${eventTypes.length - typesShown} more`}
        </button>
      )}
    </section>
  )
}

function TypeRow({ source, type }: { readonly source: string; readonly type: EventTypeView }) {
  const href = useHref()
  const query = new URLSearchParams({ source, type: type.type })
  return (
    <li className="flex h-6 items-center gap-2">
      <span className={type.handled ? 'text-ok' : 'invisible'}>
        <Icon name="check" size={12} />
      </span>
      <Link href={href(`/events?${query}`)} className="min-w-0 flex-1 truncate hover:underline">
        {visibleText(type.type)}
      </Link>
      {!type.handled && <span className="text-muted">no handler</span>}
      <span className="text-muted tabular-nums">{countText(type.received)}</span>
    </li>
  )
}
