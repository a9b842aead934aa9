/**
 * Which rows of one height are in view, out of however many there are. What is asked of it costs
 * the same for ten rows and for a hundred thousand.
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Rows beyond both edges, so that a quick hand finds them there. */
const overscanRows = 10
const viewPxBefore = 800

export interface RowWindow<T> {
  readonly scroller: RefObject<T | null>
  /** The indexes to be shown. */
  readonly shown: readonly number[]
  readonly heightPx: number
  readonly onScroll: () => void
}

export function useRowWindow<T extends HTMLElement>(count: number, rowPx: number): RowWindow<T> {
  const scroller = useRef<T>(null)
  const [view, setView] = useState({ first: 0, rows: Math.ceil(viewPxBefore / rowPx) })
  const look = useCallback(() => {
    const { scrollTop = 0, clientHeight = viewPxBefore } = scroller.current ?? {}
    const [first, rows] = [Math.floor(scrollTop / rowPx), Math.ceil(clientHeight / rowPx) + 1]
    setView((before) => (before.first === first && before.rows === rows ? before : { first, rows }))
  }, [rowPx])
  useEffect(() => {
    const observer = new ResizeObserver(look)
    if (scroller.current) observer.observe(scroller.current)
    return () => observer.disconnect()
  }, [look])
  const from = Math.max(0, view.first - overscanRows)
  const to = Math.min(count, view.first + view.rows + overscanRows)
  const shown = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
  return { scroller, shown, heightPx: count * rowPx, onScroll: look }
}
