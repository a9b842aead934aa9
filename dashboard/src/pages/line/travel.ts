/**
 * The dots on the line: each is an event on its way, or at high rates several of them. It moves
 * what there is, and knows neither the page nor the canvas.
 */
import { type Layout, pointOn, type Segment } from './layout.ts'
import type { Passing } from './passing.ts'

export type DotTone = 'moving' | 'done' | 'failed'

interface Dot {
  readonly route: readonly Segment[]
  readonly startMs: number
  readonly tone: DotTone
  /** Falls off the line at the end of its route. */
  readonly isFalling: boolean
  /** How many events it stands for. */
  readonly weight: number
}

export interface DrawnDot {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly opacity: number
  readonly tone: DotTone
}

export interface Travel {
  layout: Layout
  dots: Dot[]
  /** When the dot of an event is at its store, so that its delivery does not overtake it. */
  readonly storedAt: Map<string, number>
}

export const segmentMs = 450
const fallMs = 500
const fallPx = 34
const dotsMax = 80
/** Of one kind in one batch of the feed; more are drawn as larger dots. */
const dotsPerBatch = 5
/** Dots of one batch start one after the other. */
const staggerMs = 70
const eventsRemembered = 500

export function newTravel(layout: Layout): Travel {
  return { layout, dots: [], storedAt: new Map() }
}

export function send(travel: Travel, passing: readonly Passing[], nowMs: number): void {
  for (const kind of ['arrived', 'refused', 'handled'] as const) {
    const all = passing.filter((one) => one.kind === kind)
    const shown = all.slice(0, dotsPerBatch)
    const weight = all.length / Math.max(1, shown.length)
    for (const [i, one] of shown.entries()) start(travel, one, nowMs + i * staggerMs, weight)
  }
  travel.dots = travel.dots.slice(-dotsMax)
}

function start(travel: Travel, passing: Passing, atMs: number, weight: number): void {
  const { dots, layout, storedAt } = travel
  switch (passing.kind) {
    case 'arrived': {
      const route = routeOf(layout, [`provider ${passing.source}`, 'verified', 'stored'])
      dots.push({ route, startMs: atMs, tone: 'moving', isFalling: false, weight })
      storedAt.set(passing.eventId, atMs + route.length * segmentMs)
      if (storedAt.size > eventsRemembered) storedAt.delete(storedAt.keys().next().value ?? '')
      return
    }
    case 'refused': {
      const route = routeOf(layout, [`provider ${passing.source}`, 'verified'])
      dots.push({ route, startMs: atMs, tone: 'failed', isFalling: true, weight })
      return
    }
    case 'handled': {
      const startMs = Math.max(atMs, storedAt.get(passing.eventId) ?? 0)
      const isDone = passing.state === 'done'
      const rest = isDone ? ['documents', 'clients'] : []
      const route = routeOf(layout, ['stored', `handler ${passing.target}`, ...rest])
      const tone = isDone ? 'done' : 'failed'
      dots.push({ route, startMs, tone, isFalling: !isDone, weight })
    }
  }
}

/** From the first to the last of these stations, or to the one that stands for it. */
function routeOf(layout: Layout, ids: readonly string[]): Segment[] {
  const stops = ids.map((id) => stationId(layout, id))
  const route: Segment[] = []
  let at = stops[0]
  while (at !== undefined && at !== stops.at(-1) && route.length < layout.stations.length) {
    const from = at
    const options = layout.segments.filter((segment) => segment.from.id === from)
    const next = options.find(({ to }) => stops.includes(to.id)) ?? options[0]
    if (!next) break
    route.push(next)
    at = next.to.id
  }
  return route
}

function stationId({ stations }: Layout, id: string): string | undefined {
  const kind = id.split(' ', 1)[0]
  const exact = stations.find((station) => station.id === id)
  return (exact ?? stations.find((station) => station.id === `${kind} *`))?.id
}

/** What is to be seen now; dots that have arrived are forgotten. */
export function drawnDots(travel: Travel, nowMs: number): DrawnDot[] {
  travel.dots = travel.dots.filter((dot) => nowMs < endOf(dot))
  return travel.dots.flatMap((dot) => drawn(dot, nowMs - dot.startMs))
}

function endOf({ route, startMs, isFalling }: Dot): number {
  return startMs + route.length * segmentMs + (isFalling ? fallMs : 0)
}

function drawn(dot: Dot, sinceMs: number): DrawnDot[] {
  const { route, tone, weight } = dot
  if (sinceMs < 0 || route.length === 0) return []
  const radius = 4 + Math.min(6, Math.log2(weight))
  const segment = route[Math.floor(sinceMs / segmentMs)]
  if (segment) {
    const share = easeInOut((sinceMs % segmentMs) / segmentMs)
    const [x, y] = pointOn(segment, share)
    // Red from where it failed on, not before.
    const isLast = segment === route.at(-1)
    return [{ x, y, radius, opacity: 1, tone: tone === 'failed' && !isLast ? 'moving' : tone }]
  }
  const end = route.at(-1)?.to
  const share = (sinceMs - route.length * segmentMs) / fallMs
  if (!end) return []
  return [{ x: end.x, y: end.y + 18 + share * fallPx, radius, opacity: 1 - share, tone }]
}

function easeInOut(share: number): number {
  return share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) ** 2
}
