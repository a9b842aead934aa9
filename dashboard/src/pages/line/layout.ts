/**
 * Where the stations of the line are, for the room that there is: from left to right with a lane
 * for each source and handler, or from top to bottom with one for all of them.
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
}

export interface Segment {
  readonly id: string
  readonly from: Station
  readonly to: Station
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
  readonly sources: readonly { readonly name: string; readonly provider: string }[]
  /** `<source>/<name>` */
  readonly targets: readonly string[]
}

export const lanesMax = 5
const wideFromPx = 760
const lanePx = 84
const rowPx = 76
const marginPx = 60
/** The label below a station; the two together stand in the middle of the lane. */
const labelPx = 14
const narrowX = 40

type Column = readonly Omit<Station, 'x' | 'y'>[]

export function layOut(parts: LineParts, width: number): Layout {
  const isWide = width >= wideFromPx
  const columns = columnsOf(parts, isWide ? lanesMax : 1)
  const lanes = Math.max(...columns.map((column) => column.length))
  const height = isWide ? Math.max(2, lanes) * lanePx + 8 : columns.length * rowPx
  const placed = columns.map((column, i) =>
    column.map((station, lane) => ({
      ...station,
      ...(isWide
        ? {
            x: marginPx + (i * (width - 2 * marginPx)) / (columns.length - 1),
            y: (height - 8) * ((lane + 0.5) / column.length) - labelPx,
          }
        : { x: narrowX, y: rowPx * (i + 0.5) }),
    })),
  )
  return { isWide, width, height, stations: placed.flat(), segments: segmentsOf(placed, isWide) }
}

function columnsOf({ sources, targets }: LineParts, lanes: number): Column[] {
  return [
    laned('provider', sources, lanes, ({ name, provider }) => [name, provider, 'sends']),
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
        isLane && lane !== fromLane
          ? []
          : [{ id: `${from.id}>${to.id}`, from, to, path: pathOf(from, to, isWide) }],
      ),
    )
  })
}

function pathOf(from: Station, to: Station, isWide: boolean): string {
  if (!isWide) return `M${from.x} ${from.y} L${to.x} ${to.y}`
  const middle = (from.x + to.x) / 2
  return `M${from.x} ${from.y} C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`
}

/** The point on a segment at a share of its way. */
export function pointOn({ from, to }: Segment, share: number, isWide: boolean): [number, number] {
  if (!isWide) return [mix(from.x, to.x, share), mix(from.y, to.y, share)]
  const [a, b] = [1 - share, share]
  const middle = (from.x + to.x) / 2
  const x = a ** 3 * from.x + 3 * a * a * b * middle + 3 * a * b * b * middle + b ** 3 * to.x
  const y = a ** 3 * from.y + 3 * a * a * b * from.y + 3 * a * b * b * to.y + b ** 3 * to.y
  return [x, y]
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share
}
