/**
 * Where the stations of the line are, for the room that there is: from left to right with a lane
 * for each source and handler, or with one for all of them down to the store and up again beside
 * it.
 */
import type { IconName } from '../../parts/icon.tsx'

export type StationKind =
  | 'provider'
  | 'source'
  | 'verified'
  | 'stored'
  | 'handler'
  | 'documents'
  | 'clients'

export interface Station {
  readonly id: string
  readonly kind: StationKind
  readonly title: string
  readonly about: string
  readonly icon: IconName
  readonly x: number
  readonly y: number
  /** How wide its labels may be. */
  readonly room: number
}

type Point = readonly [x: number, y: number]

export interface Segment {
  readonly id: string
  readonly from: Station
  readonly to: Station
  /** Its control points as a Bézier curve: the second and the third of the four. */
  readonly bend: readonly [Point, Point]
  /** As SVG writes it, and as the dots follow it. */
  readonly path: string
}

export interface Layout {
  readonly isWide: boolean
  readonly width: number
  readonly height: number
  readonly stations: readonly Station[]
  readonly segments: readonly Segment[]
}

export interface LineParts {
  readonly sources: readonly {
    readonly name: string
    /** As people write it: `Stripe`. */
    readonly providerTitle: string
  }[]
  /** `<source>/<name>` */
  readonly targets: readonly string[]
}

export const lanesMax = 5
/** So that the line and what is below it are in one window of a tablet. */
const lanesMaxSmall = 3
const roomyFromPx = 900
const wideFromPx = 640
const lanePx = 84
/** Where a title has two lines. */
const tallLanePx = 100
/** About as wide as a letter of a title is. */
const letterPx = 6.5
const roomPxMax = 148
const rowPx = 60
const marginPx = 60
const gapPx = 4
/** The label below a station; the two together stand in the middle of the lane. */
const labelPx = 14
/** Rows of a narrow page: down to the store, and up again from the handlers. */
const narrowRows = 4
const narrowX = 22
/** The labels of a narrow page are beside their circles. */
const circlePx = 34
/** How far the way from the store to the handlers passes below their labels. */
const dipPx = 40

type Column = readonly Omit<Station, 'x' | 'y' | 'room'>[]

export function layOut(parts: LineParts, width: number): Layout {
  return width >= wideFromPx ? layOutWide(parts, width) : layOutNarrow(parts, width)
}

function layOutWide(parts: LineParts, width: number): Layout {
  const columns = columnsOf(parts, width < roomyFromPx ? lanesMaxSmall : lanesMax)
  const lanes = Math.max(...columns.map((column) => column.length))
  const step = (width - 2 * marginPx) / (columns.length - 1)
  const room = Math.min(step - gapPx, roomPxMax)
  const isTall = columns.flat().some(({ title }) => title.length * letterPx > room - 2 * gapPx)
  const height = Math.max(2, lanes) * (isTall ? tallLanePx : lanePx) + 8
  const placed = columns.map((column, i) =>
    column.map((station, lane) => {
      const y = (height - 8) * ((lane + 0.5) / column.length) - labelPx
      return { ...station, x: marginPx + i * step, y, room }
    }),
  )
  return {
    isWide: true,
    width,
    height,
    stations: placed.flat(),
    segments: segmentsOf(placed, true),
  }
}

function layOutNarrow(parts: LineParts, width: number): Layout {
  const columns = columnsOf(parts, 1)
  const half = width / 2
  const placed = columns.map((column, i) => {
    const isUp = i >= narrowRows
    const row = isUp ? 2 * narrowRows - 1 - i : i
    const at = { x: narrowX + (isUp ? half : 0), y: rowPx * (row + 0.5), room: half - circlePx }
    return column.map((station) => ({ ...station, ...at }))
  })
  const height = rowPx * narrowRows + dipPx / 2
  return {
    isWide: false,
    width,
    height,
    stations: placed.flat(),
    segments: segmentsOf(placed, false),
  }
}

function columnsOf({ sources, targets }: LineParts, lanes: number): Column[] {
  return [
    laned('provider', sources, lanes, ({ name, providerTitle }) => [
      name,
      providerTitle,
      `sends to /webhooks/${name}`,
    ]),
    laned('source', sources, lanes, ({ name }) => [name, name, `/webhooks/${name}`]),
    [single('verified', 'Verified', 'shield')],
    [single('stored', 'Stored', 'check')],
    laned('handler', targets, lanes, (target) => [
      target,
      target.slice(target.indexOf('/') + 1),
      target.slice(0, target.indexOf('/')),
    ]),
    [single('documents', 'Documents', 'document')],
    [single('clients', 'Clients', 'user')],
  ]
}

function single(kind: StationKind, title: string, icon: IconName): Column[number] {
  return { id: kind, kind, title, about: '', icon }
}

const lanedIcons = { provider: 'call', source: 'source', handler: 'handler' } as const
const allOf = { provider: 'providers', source: 'sources', handler: 'handlers' } as const

/** One station each, or one for those that have no room. */
function laned<T>(
  kind: keyof typeof lanedIcons,
  items: readonly T[],
  lanes: number,
  say: (item: T) => readonly [id: string, title: string, about: string],
): Column {
  const icon = lanedIcons[kind]
  const shown = items.length > lanes ? items.slice(0, lanes - 1) : items
  const stations = shown.map((item) => {
    const [id, title, about] = say(item)
    return { id: `${kind} ${id}`, kind, title, about, icon }
  })
  const left = items.length - shown.length
  if (left === 0 && stations.length > 0) return stations
  const title = stations.length === 0 ? `${left} ${allOf[kind]}` : `${left} more`
  return [...stations, { id: `${kind} *`, kind, title, about: '', icon }]
}

function segmentsOf(columns: readonly (readonly Station[])[], isWide: boolean): Segment[] {
  return columns.slice(1).flatMap((column, i) => {
    const before = columns[i] ?? []
    // A provider leads to its own source, everything else from all to all.
    const isLane = column[0]?.kind === 'source'
    return column.flatMap((to, lane) =>
      before.flatMap((from, fromLane) =>
        isLane && lane !== fromLane ? [] : [segment(from, to, isWide)],
      ),
    )
  })
}

function segment(from: Station, to: Station, isWide: boolean): Segment {
  const bend = bendOf(from, to, isWide)
  const [[ax, ay], [bx, by]] = bend
  const path = `M${from.x} ${from.y} C${ax} ${ay} ${bx} ${by} ${to.x} ${to.y}`
  return { id: `${from.id}>${to.id}`, from, to, bend, path }
}

/** Narrow, all ways are straight but that of the store, which passes below the labels. */
function bendOf(from: Station, to: Station, isWide: boolean): readonly [Point, Point] {
  if (isWide) {
    const middle = (from.x + to.x) / 2
    return [
      [middle, from.y],
      [middle, to.y],
    ]
  }
  const dip = from.kind === 'stored' ? dipPx : 0
  return [
    [from.x, from.y + dip],
    [to.x, to.y + dip],
  ]
}

/** The point on a segment at a share of its way. */
export function pointOn({ from, to, bend: [a, b] }: Segment, share: number): Point {
  const left = 1 - share
  const mix = (p: number, q: number, r: number, s: number) =>
    left ** 3 * p + 3 * left ** 2 * share * q + 3 * left * share ** 2 * r + share ** 3 * s
  return [mix(from.x, a[0], b[0], to.x), mix(from.y, a[1], b[1], to.y)]
}
