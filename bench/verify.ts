/**
 * What it costs to check a signature: one event of 2.5 KB, the digest alone, Hookline, and the
 * provider's own package, in one process. Run it with `npm run bench:verify`; see README.md here.
 */
import { parseArgs } from 'node:util'
import { alternate, ratios, type Samples, spread } from './alternate.ts'
import { commandText, describeMachine, machineText } from './machine.ts'
import { newSeed, seededRandom } from './random.ts'
import { markdownTable, spreadText, writeJson } from './table.ts'
import { bodyBytes, type VerifyCandidate, verifyCandidates } from './verify-candidates.ts'

const warmUpMs = 200
/** Checks between two looks at the clock. */
const batch = 50

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

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '15' },
      milliseconds: { type: 'string', default: '150' },
      seed: { type: 'string', default: String(newSeed()) },
      json: { type: 'string' },
    },
  })
  const machine = describeMachine(['stripe', '@octokit/webhooks-methods', 'standardwebhooks'])
  const candidates = verifyCandidates()
  for (const candidate of candidates) await measure(candidate, warmUpMs)
  const samples = await alternate({
    candidates,
    rounds: Number(values.rounds),
    random: seededRandom(Number(values.seed)),
    measure: (candidate) => measure(candidate, Number(values.milliseconds)),
  })
  const { rounds, milliseconds, seed } = values
  const command = commandText('bench:verify', { rounds, milliseconds, seed })
  const size = `One event of ${bodyBytes} bytes; processor time, medians of ${rounds} rounds.`
  console.log([verifyTable(samples), size, machineText(machine), `\`${command}\``].join('\n\n'))
  if (values.json) {
    const listed = [...samples].map(([{ provider, title }, ns]) => ({ provider, title, ns }))
    writeJson(values.json, { command, machine, bodyBytes, samples: listed })
  }
}

await main()
