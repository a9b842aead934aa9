/** The path of an event as a picture: the stations, what is between them, and what passes. */
import { memo, useEffect, useRef, useState } from 'react'
import { useStream } from '../../api/feed.ts'
import { Icon } from '../../parts/icon.tsx'
import { countText, spanText } from '../../parts/time.tsx'
import { TypeName } from '../../parts/type-name.tsx'
import { type Layout, type LineParts, layOut, type Station } from './layout.ts'
import { LineCanvas } from './line-canvas.tsx'
import { onPassing, type Place, placeOf } from './passing.ts'

interface LinePictureProps {
  readonly parts: LineParts
  readonly chosen: string | undefined
  readonly onChoose: (station: Station) => void
}

export function LinePicture({ parts, chosen, onChoose }: LinePictureProps) {
  const [box, width] = useWidth()
  const layout = layOut(parts, width)
  const metrics = useMetrics()
  useTicks()
  return (
    <section aria-label="The path of an event" ref={box} className="card mx-4 p-2">
      <div className="relative mx-auto" style={{ height: layout.height }}>
        {width > 0 && (
          <>
            <Track layout={layout} />
            <LineCanvas layout={layout} />
            {layout.stations.map((station) => (
              <StationButton
                key={station.id}
                station={station}
                metrics={metrics}
                isWide={layout.isWide}
                isChosen={station.id === chosen}
                onChoose={() => onChoose(station)}
              />
            ))}
          </>
        )}
      </div>
    </section>
  )
}

/** What the server tells once a second of the second before, while somebody looks. */
interface Metrics {
  readonly liveClients: number
  readonly ackMsP50: number | null
}

function useMetrics(): Metrics | undefined {
  const [metrics, setMetrics] = useState<Metrics>()
  // The server's own JSON, in the shape of its version.
  useStream('hookline/metrics', ({ data }) => setMetrics(data as unknown as Metrics))
  return metrics
}

const paddingPx = 18

function useWidth() {
  const box = useRef<HTMLElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth - paddingPx))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [box, width] as const
}

const quietTickMs = 2_000
const busyTickMs = 250

/** The counts move when something passes, and when it leaves the minute. */
function useTicks(): void {
  const [, tick] = useState(0)
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined
    const soon = (ms: number) => {
      due ??= setTimeout(() => {
        due = undefined
        tick((count) => count + 1)
      }, ms)
    }
    const stop = onPassing(() => soon(busyTickMs))
    const timer = setInterval(() => soon(0), quietTickMs)
    return () => {
      stop()
      clearInterval(timer)
      clearTimeout(due)
    }
  }, [])
}

const Track = memo(({ layout }: { readonly layout: Layout }) => (
  <svg
    width={layout.width}
    height={layout.height}
    className="absolute inset-0 text-edge"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    aria-hidden="true"
  >
    {layout.segments.map(({ id, path }) => (
      <path key={id} d={path} />
    ))}
  </svg>
))

interface StationProps {
  readonly station: Station
  readonly metrics: Metrics | undefined
  readonly isWide: boolean
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function StationButton({ station, metrics, isWide, isChosen, onChoose }: StationProps) {
  const { x, y, room, icon, title, about } = station
  const { isBusy, texts, alarm } = reading(station, metrics)
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      title={about}
      className={`absolute flex items-center rounded-lg py-1 ${
        isWide ? '-translate-x-1/2 flex-col text-center' : '-translate-y-1/2 gap-2 pl-1 text-left'
      } ${isChosen ? 'text-accent' : ''}`}
      style={{
        left: isWide ? x : x - 22,
        top: isWide ? y - 22 : y,
        width: isWide ? room : room + 34,
      }}
    >
      <span
        className={`flex size-9 shrink-0 items-center justify-center rounded-full border-2
          bg-surface transition-colors ${circle(isChosen, isBusy, alarm !== undefined)}`}
      >
        <Icon name={icon} />
      </span>
      <span className={`min-w-0 max-w-full rounded-sm bg-surface ${isWide ? 'px-0.5' : ''}`}>
        <span className="line-clamp-2 text-xs font-medium wrap-anywhere">
          <TypeName type={title} />
        </span>
        {(alarm !== undefined || texts.length > 0) && (
          <span className="line-clamp-2 text-2xs text-muted tabular-nums">
            {alarm !== undefined && <b className="font-semibold text-bad">{alarm} </b>}
            {texts.join(' · ')}
          </span>
        )}
      </span>
    </button>
  )
}

function circle(isChosen: boolean, isBusy: boolean, isAlarming: boolean): string {
  if (isAlarming) return 'border-bad text-bad'
  if (isChosen) return 'border-accent text-accent'
  return isBusy ? 'border-text text-text' : 'border-edge text-muted'
}

interface Reading {
  readonly isBusy: boolean
  readonly texts: readonly string[]
  /** What failed here in the last minute. */
  readonly alarm: string | undefined
}

function reading({ id, kind }: Station, metrics: Metrics | undefined): Reading {
  switch (kind) {
    case 'provider':
      return {
        isBusy: placeOf(`source ${id.slice('provider '.length)}`).count > 0,
        texts: [],
        alarm: undefined,
      }
    case 'source':
      return plain(placeOf(id === 'source *' ? 'stored' : id))
    case 'verified': {
      const refused = placeOf('refused').count
      const alarm = refused > 0 ? `${countText(refused)} refused` : undefined
      const { isBusy, texts } = plain(placeOf('verified'))
      const p50 = metrics?.ackMsP50
      const answered = typeof p50 === 'number' ? [`answers ${spanText(p50)}`] : []
      return { isBusy, texts: [...texts, ...answered], alarm }
    }
    case 'stored': {
      const { p50Ms } = placeOf('wait')
      const { isBusy, texts } = plain(placeOf('stored'))
      const wait = p50Ms === undefined ? [] : [`waits ${spanText(p50Ms)}`]
      return { isBusy, texts: [...texts, ...wait], alarm: undefined }
    }
    case 'handler':
      return plain(placeOf(id === 'handler *' ? 'handlers' : id))
    case 'documents': {
      const { count } = placeOf('documents')
      const texts = count === 0 ? [] : [`${countText(count)} commits/min`]
      return { isBusy: count > 0, texts, alarm: undefined }
    }
    case 'clients': {
      const listening = metrics?.liveClients ?? 0
      const texts = metrics ? [`${countText(listening)} listening`] : []
      return { isBusy: listening > 0, texts, alarm: undefined }
    }
  }
}

function plain({ count, failed, p50Ms }: Place): Reading {
  const texts = count === 0 ? [] : [`${countText(count)}/min`]
  if (p50Ms !== undefined) texts.push(spanText(p50Ms))
  const alarm = failed > 0 ? `${countText(failed)} failed` : undefined
  return { isBusy: count > 0, texts, alarm }
}
