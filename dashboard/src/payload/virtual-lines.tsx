/** Lines of one height in a box of their own, of which only those in view exist. */
import type { ReactNode } from 'react'
import { useRowWindow } from '../parts/row-window.ts'

export const linePx = 22

interface VirtualLinesProps {
  readonly label: string
  readonly count: number
  readonly children: (index: number) => ReactNode
}

export function VirtualLines({ label, count, children }: VirtualLinesProps) {
  const { scroller, shown, heightPx, onScroll } = useRowWindow<HTMLElement>(count, linePx)
  return (
    <section
      ref={scroller}
      onScroll={onScroll}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
      tabIndex={0}
      className="payload max-h-[60dvh] min-h-24 overflow-auto overscroll-contain py-2
        focus-visible:-outline-offset-2"
    >
      <div className="w-max min-w-full" style={{ height: heightPx }}>
        <div style={{ transform: `translateY(${(shown[0] ?? 0) * linePx}px)` }}>
          {shown.map((index) => (
            <div
              key={index}
              className="flex items-center px-4 whitespace-pre"
              style={{ height: linePx }}
            >
              {children(index)}
            </div>
          ))}
        </div>
      </div>
    </section>
  )
}
