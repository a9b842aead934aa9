/** A selection of all benchmarks that ends within five minutes: `npm run bench`. */
import type { Flags, Size } from './bench.ts'
import { benches } from './benches.ts'
import { type Comparison, slowerText } from './measuring/report.ts'
import { runBench } from './measuring/run.ts'

interface Selected {
  readonly name: string
  readonly flags?: Flags
}

/** What compares with peers, and answers within the time. */
const selected: readonly Selected[] = [
  { name: 'ingest' },
  { name: 'ingest', flags: { postgres: 'yes', processes: '1' } },
  { name: 'jobs', flags: { processes: '1,2' } },
  { name: 'live' },
  { name: 'latency' },
  { name: 'start' },
  { name: 'verify' },
]

export interface SelectionOptions {
  readonly size: Size
  readonly seed?: number | undefined
  readonly say?: (line: string) => void
}

/** One after the other; the text begins with what is slower than a peer in any of them. */
export async function runSelection(options: SelectionOptions): Promise<string> {
  const comparisons: Comparison[] = []
  const sections: string[] = []
  for (const { name, flags = {} } of selected) {
    const bench = benches.find((one) => one.name === name)
    if (!bench) throw new Error(`The selection names '${name}', which there is not.`)
    const title = flags.postgres ? `${name} --postgres` : name
    options.say?.(title)
    const { report, text } = await runBench(bench, { ...options, flags })
    const own = report.comparisons.map(({ question, ...rest }) => ({
      ...rest,
      question: `${title}: ${question}`,
    }))
    comparisons.push(...own)
    sections.push(`## ${title}: ${bench.question}`, text)
  }
  return [slowerText(comparisons), ...sections].join('\n\n')
}
