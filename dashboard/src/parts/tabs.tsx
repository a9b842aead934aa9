/** Views of one thing, one at a time. Arrow keys go from one to the next. */
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'

export interface Tab {
  readonly name: string
  readonly content: () => ReactNode
}

interface TabsProps {
  readonly label: string
  readonly tabs: readonly Tab[]
  readonly aside?: ReactNode
}

export function Tabs({ label, tabs, aside }: TabsProps) {
  const id = useId()
  const [at, setAt] = useState(0)
  const shown = tabs[at] ?? tabs[0]
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const next = (at + step + tabs.length) % tabs.length
    setAt(next)
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
  }
  return (
    <>
      <div className="flex items-center gap-1 border-b border-line sm:gap-2 sm:px-2">
        <div
          role="tablist"
          aria-label={label}
          tabIndex={-1}
          onKeyDown={onKeyDown}
          className="flex overflow-x-auto"
        >
          {tabs.map(({ name }, i) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`${id}-${i}`}
              aria-selected={i === at}
              aria-controls={`${id}-panel`}
              tabIndex={i === at ? 0 : -1}
              onClick={() => setAt(i)}
              className={`-mb-px h-10 border-b-2 px-2 font-medium sm:px-3 whitespace-nowrap
                focus-visible:-outline-offset-4 ${
                  i === at
                    ? 'border-accent text-text'
                    : 'border-transparent text-muted hover:text-text'
                }`}
            >
              {name}
            </button>
          ))}
        </div>
        <div className="ml-auto flex shrink-0 items-center gap-1">{aside}</div>
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${at}`}>
        {shown?.content()}
      </div>
    </>
  )
}
