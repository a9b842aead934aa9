/** Lines of one height in a box of their own, of which only those in view exist. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'

export const linePx = 22

interface VirtualLinesProps {
  readonly label: string
  readonly count: number
  readonly children: (index: number) => ReactNode
}

export function VirtualLines({ label, count, children }: VirtualLinesProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => linePx,
    overscan: 20,
    initialRect: { width: 600, height: 480 },
  })
  return (
    <section
      ref={scroller}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
      tabIndex={0}
      className="payload max-h-[60dvh] min-h-24 overflow-auto overscroll-contain py-2
        focus-visible:-outline-offset-2"
    >
      <div className="relative w-max min-w-full" style={{ height: virtual.getTotalSize() }}>
        <div style={{ transform: `translateY(${virtual.getVirtualItems()[0]?.start ?? 0}px)` }}>
          {virtual.getVirtualItems().map(({ key, index }) => (
            <div
              key={key}
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
