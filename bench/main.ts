/**
 * The command line of the benchmarks: `main.ts <name> [flags]`. Without a name it runs a selection
 * of five minutes. Run it by `npm run bench` and `npm run bench:<name>`; see README.md here.
 */
import { parseArgs } from 'node:util'
import type { Bench, Size } from './bench.ts'
import { benches } from './benches.ts'
import { runBench } from './measuring/run.ts'
import { writeBetweenMarkers } from './measuring/table.ts'
import { runSelection } from './selection.ts'

const sizes: readonly Size[] = ['full', 'short', 'smoke']
const ownFlags = {
  size: { type: 'string', default: 'full' },
  seed: { type: 'string' },
  json: { type: 'string' },
  /** A Markdown file with a pair of markers; the text goes between them. */
  into: { type: 'string' },
} as const

/** An interrupted run ends as a finished one: its programs end with it, its files are removed. */
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

await run(process.argv.slice(2))

async function run(args: readonly string[]): Promise<void> {
  const bench = benches.find(({ name }) => name === args[0])
  if (args.includes('--help'))
    return console.log((bench ? [bench] : benches).map(listed).join('\n'))
  try {
    if (bench) await main(bench, args.slice(1))
    else if (args[0] === undefined || args[0].startsWith('--')) await mainSelection(args)
    else if (args[0] === 'list') console.log(benches.map(listed).join('\n'))
    else
      refuse(`There is no '${args[0]}'. The benchmarks are:\n\n${benches.map(listed).join('\n')}`)
  } catch (error) {
    if (!isUnknownFlag(error)) throw error
    const fault = error.message.split('. ', 1)[0]
    const known = (bench ? [bench] : benches).map(listed).join('\n')
    refuse(`${fault}. The flags are:\n\n${known}`)
  }
}

function refuse(text: string): void {
  console.error(text)
  process.exitCode = 2
}

function isUnknownFlag(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  )
}

async function mainSelection(args: readonly string[]): Promise<void> {
  const { size, seed } = ownFlags
  const options = { size: { ...size, default: 'short' }, seed }
  const { values } = parseArgs({ args: [...args], options })
  const given = values.seed === undefined ? undefined : Number(values.seed)
  console.log(await runSelection({ size: knownSize(values.size), seed: given, say: console.error }))
}

function knownSize(text: unknown): Size {
  const size = sizes.find((one) => one === text)
  if (size) return size
  throw new Error(`--size is '${text}'. Give one of ${sizes.join(', ')}.`)
}

function listed({ name, question, flags }: Bench): string {
  const lines = Object.entries(flags).map(
    ([flag, { about, full }]) => `    --${flag.padEnd(14)} ${about}${full && ` (${full})`}`,
  )
  return [`${name}: ${question}`, ...lines].join('\n')
}

async function main(bench: Bench, args: readonly string[]): Promise<void> {
  const options = Object.fromEntries(
    Object.entries(bench.flags).map(([flag, { isSwitch }]) => [
      flag,
      { type: isSwitch ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  const { values } = parseArgs({ args: [...args], options: { ...options, ...ownFlags } })
  const given = values as Record<string, string | boolean | undefined> // as declared above
  const { text } = await runBench(bench, {
    size: knownSize(given.size),
    flags: flagsOf(bench, given),
    seed: given.seed === undefined ? undefined : Number(given.seed),
    json: textOf(given.json),
  })
  console.log(text)
  const into = textOf(given.into)
  if (into) writeBetweenMarkers(into, `bench:${bench.name}`, text)
}

function flagsOf(bench: Bench, given: Readonly<Record<string, string | boolean | undefined>>) {
  const entries = Object.keys(bench.flags).flatMap((flag) => {
    const value = given[flag]
    return value === undefined ? [] : [[flag, value === true ? 'yes' : String(value)]]
  })
  return Object.fromEntries(entries)
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
