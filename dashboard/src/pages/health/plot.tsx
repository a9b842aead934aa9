/** One plot of the Health page. All of them share a cursor: one instant is read in each. */
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface PlotLine {
  readonly name: string
  readonly values: readonly (number | null)[]
}

interface PlotProps {
  readonly title: string
  /** Seconds since 1970. */
  readonly at: readonly number[]
  readonly lines: readonly PlotLine[]
  readonly says: (value: number) => string
}

const heightPx = 160
/** The first two for what is wrong and what is slow, the others in the order of the lines. */
const colourClasses = ['text-bad', 'text-warn', 'text-accent', 'text-info', 'text-ok'] as const
const cursor = uPlot.sync('health')

export function Plot({ title, at, lines, says }: PlotProps) {
  const box = useRef<HTMLDivElement>(null)
  const samples = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element || lines.length === 0) return
    const colours = [...(samples.current?.children ?? [])].map((one) => getComputedStyle(one).color)
    const width = element.clientWidth
    const data = [at, ...lines.map(({ values }) => values)] as uPlot.AlignedData // as uPlot reads
    const plot = new uPlot({ ...optionsOf(lines, says, colours), width, height: heightPx }, data)
    element.append(plot.root)
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: heightPx }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [at, lines, says])
  return (
    <section aria-label={title} className="card min-w-0 p-4">
      <header className="flex items-baseline justify-between gap-2">
        <h2 className="font-medium">{title}</h2>
        <span className="text-xs text-muted tabular-nums">{latest(lines, says)}</span>
      </header>
      <div ref={samples} className="hidden">
        <i className="text-muted" />
        <i className="text-line" />
        {colourClasses.map((name) => (
          <i key={name} className={name} />
        ))}
      </div>
      <div ref={box} className="plot mt-2 min-w-0" />
      {lines.length === 0 && <p className="text-xs text-muted">Nothing was observed yet.</p>}
    </section>
  )
}

function latest(lines: readonly PlotLine[], says: (value: number) => string): string {
  const [first] = lines
  const value = first?.values.findLast((one) => one !== null)
  return value === undefined || value === null ? '' : says(value)
}

function optionsOf(
  lines: readonly PlotLine[],
  says: (value: number) => string,
  [text = 'gray', grid = 'gray', bad = 'gray', slow = 'gray', ...others]: readonly string[],
): Omit<uPlot.Options, 'width' | 'height'> {
  const axis: uPlot.Axis = {
    stroke: text,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    font: '11px sans-serif',
  }
  const say = (value: number | null) => (value === null ? '–' : says(value))
  return {
    cursor: { sync: { key: cursor.key }, drag: { x: false, y: false }, y: false },
    legend: { live: true },
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max ?? 1) * 1.1] } },
    axes: [
      { ...axis, values: (_, splits) => splits.map(axisText(splits)) },
      { ...axis, size: 56, values: (_, splits) => splits.map(says) },
    ],
    series: [
      { label: 'Time', value: (_, seconds) => timeText(seconds) },
      ...lines.map(({ name, values }, i) => ({
        label: name,
        stroke: /failed|rejected/.test(name) ? bad : /p99/.test(name) ? slow : (others[i] ?? text),
        width: 1.5,
        // A line needs two; single ones are dots, as long as they are few.
        points: { show: values.filter(isThere).length < pointsMax, size: 5 },
        spanGaps: false,
        value: (_: uPlot, value: number | null) => say(value),
      })),
    ],
  }
}

const pointsMax = 60
const daySeconds = 86_400

const isThere = (value: number | null) => value !== null

/** The time of day within a day, else the date. */
function axisText(splits: readonly number[]): (seconds: number) => string {
  const isLong = (splits.at(-1) ?? 0) - (splits[0] ?? 0) > daySeconds
  const options = isLong
    ? ({ day: 'numeric', month: 'short' } as const)
    : ({ hour: '2-digit', minute: '2-digit' } as const)
  return (seconds) => new Date(seconds * 1_000).toLocaleString('en-GB', options)
}

function timeText(seconds: number | null): string {
  if (seconds === null) return '–'
  return new Date(seconds * 1_000).toLocaleString('en-GB', {
    dateStyle: 'short',
    timeStyle: 'short',
  })
}
