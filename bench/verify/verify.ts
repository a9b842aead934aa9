/**
 * What it costs to check a signature: one event of 2.5 KB, the digest alone, Hookline, and the
 * provider's own package, in one process.
 */
import { type Bench, type Context, numberOf } from '../bench.ts'
import { alternate, ratios, type Samples, spread } from '../measuring/alternate.ts'
import type { Comparison, Report } from '../measuring/report.ts'
import { markdownTable, spreadText } from '../measuring/table.ts'
import { bodyBytes, type VerifyCandidate, verifyCandidates } from './verify-candidates.ts'

const warmUpMs = 200
/** Checks between two looks at the clock. */
const batch = 50

export const verify: Bench = {
  name: 'verify',
  question: 'what does the check of one signature cost?',
  flags: {
    rounds: { about: 'each measures every check once', full: '15', short: '5', smoke: '1' },
    milliseconds: { about: 'of processor time for each', full: '150', short: '60', smoke: '2' },
  },
  run: runVerify,
}

type NanosecondSamples = Samples<VerifyCandidate, number>

/**
 * Checks for so long, and gives nanoseconds for one: of processor time, which what else the machine
 * does changes less than the time on the wall.
 */
async function measure({ title, run }: VerifyCandidate, durationMs: number): Promise<number> {
  if (!(await run())) throw new Error(`${title} refused a signature that is right.`)
  // Awaited only where it has to be: a promise costs more than the compare.
  const isAsync = run() instanceof Promise
  const before = process.cpuUsage()
  let checks = 0
  let usedMs = 0
  while (usedMs < durationMs) {
    for (let i = 0; i < batch; i++) {
      if (isAsync) await run()
      else run()
    }
    checks += batch
    const { user, system } = process.cpuUsage(before)
    usedMs = (user + system) / 1000
  }
  return (usedMs * 1e6) / checks
}

function verifyTable(samples: NanosecondSamples): string {
  const rows = [...samples].map(([candidate, own]) => {
    const bare = [...samples].find(
      ([other]) => other.isBare && other.provider === candidate.provider,
    )
    const times = spread(ratios(own, bare?.[1] ?? []))
    return [
      `${candidate.provider}: ${candidate.title}`,
      spreadText(spread(own)),
      candidate.isBare ? '1' : spreadText(times),
    ]
  })
  return markdownTable(['check', 'ns', '× the digest alone'], rows)
}

async function runVerify({ flags, random }: Context): Promise<Report> {
  const candidates = verifyCandidates()
  const durationMs = numberOf(flags, 'milliseconds')
  for (const candidate of candidates) await measure(candidate, Math.min(warmUpMs, durationMs))
  const samples = await alternate({
    candidates,
    rounds: numberOf(flags, 'rounds'),
    random,
    measure: (candidate) => measure(candidate, durationMs),
  })
  return {
    tables: [verifyTable(samples)],
    notes: [`One event of ${bodyBytes} bytes; processor time, in one process.`],
    comparisons: comparisonsOf(samples),
    packages: ['stripe', '@octokit/webhooks-methods', 'standardwebhooks'],
    samples: [...samples].map(([{ provider, title, run: _, ...kind }, ns]) => ({
      provider,
      title,
      ...kind,
      ns,
    })),
  }
}

/** What parses the body is compared with Hookline parsing it; what does not, with it alone. */
function comparisonsOf(samples: NanosecondSamples): Comparison[] {
  const ours = ({ provider, isReading }: VerifyCandidate) =>
    [...samples].find(
      ([one]) => isOurs(one) && one.provider === provider && one.isReading === isReading,
    )?.[1]
  return [...samples].flatMap(([candidate, ns]) => {
    const own = ours(candidate)
    if (!own || candidate.isBare || isOurs(candidate)) return []
    const { provider, title } = candidate
    return [{ question: `${provider}, one check`, peer: title, times: ratios(ns, own) }]
  })
}

function isOurs({ title }: VerifyCandidate): boolean {
  return title.startsWith('Hookline')
}
