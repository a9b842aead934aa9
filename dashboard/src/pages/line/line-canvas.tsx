/** Draws the dots. It paints only while one is on its way. */
import { useEffect, useRef } from 'react'
import type { Layout } from './layout.ts'
import { onPassing } from './passing.ts'
import { type DotTone, type DrawnDot, drawnDots, newTravel, send } from './travel.ts'

/** The browser is asked what a class comes to in the theme; a canvas knows no classes. */
const classes: Readonly<Record<DotTone, string>> = {
  moving: 'text-accent',
  done: 'text-ok',
  failed: 'text-bad',
}
const tones: readonly DotTone[] = ['moving', 'done', 'failed']

export function LineCanvas({ layout }: { readonly layout: Layout }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const travel = useRef(newTravel(layout))
  useEffect(() => {
    travel.current.layout = layout
  }, [layout])
  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    let frame: number | undefined
    const paint = (nowMs: number) => {
      const dots = drawnDots(travel.current, nowMs)
      if (canvas.current) paintDots(canvas.current, travel.current.layout, dots)
      frame = travel.current.dots.length > 0 ? requestAnimationFrame(paint) : undefined
    }
    const stop = onPassing((passing) => {
      if (document.visibilityState === 'hidden') return
      send(travel.current, passing, performance.now())
      frame ??= requestAnimationFrame(paint)
    })
    return () => {
      stop()
      if (frame !== undefined) cancelAnimationFrame(frame)
    }
  }, [])
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0">
      {tones.map((tone) => (
        <i key={tone} className={classes[tone]} />
      ))}
      <canvas ref={canvas} style={{ width: layout.width, height: layout.height }} />
    </div>
  )
}

function paintDots(canvas: HTMLCanvasElement, layout: Layout, dots: readonly DrawnDot[]): void {
  const scale = devicePixelRatio
  const [width, height] = [layout.width * scale, layout.height * scale]
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) return
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, layout.width, layout.height)
  const colours = coloursOf(canvas)
  for (const { x, y, radius, opacity, tone } of dots) {
    context.globalAlpha = opacity * 0.25
    context.fillStyle = colours[tone]
    context.beginPath()
    context.arc(x, y, radius * 2, 0, 2 * Math.PI)
    context.fill()
    context.globalAlpha = opacity
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.fill()
  }
}

function coloursOf({ parentElement }: HTMLElement): Record<DotTone, string> {
  const [moving = 'gray', done = 'gray', failed = 'gray'] = tones.map((_, i) => {
    const sample = parentElement?.children[i]
    return sample && getComputedStyle(sample).color
  })
  return { moving, done, failed }
}
