/** Killed at any moment: nothing acknowledged is lost, nothing is applied twice. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { seed } from '../../src/base/testing/random.ts'
import { eventsMin, killRounds, type Rounds, type RoundsReport } from './kill-rounds.ts'
import { endApps } from './running-app.ts'
import type { Control } from './settings.ts'

const isLong = process.env.HOOKLINE_LONG === '1'
const rounds = isLong ? 1_000 : 20
const roundsOfTwo = isLong ? 200 : 6
const roundsOfControl = 3
const killedAtStart = 0.2
const leaseMs = 300
const limitMs = (rounds: number) => 60_000 + rounds * 6_000

const directory = mkdtempSync(join(tmpdir(), 'hookline-crash-'))
const reports = new Map<string, RoundsReport>()

afterEach(endApps)
afterAll(() => {
  rmSync(directory, { recursive: true })
  console.table([...reports].map(([name, report]) => tableRow(name, report)))
})

async function run(
  name: string,
  kind: Omit<Rounds, 'seed' | 'settings'>,
  control?: Control,
): Promise<RoundsReport> {
  const database = join(directory, `${name}.db`)
  const settings = { database, leaseMs, ...(control ? { control } : {}) }
  const report = await killRounds({ ...kind, seed, settings })
  reports.set(name, report)
  return report
}

/** The rounds have met what they are about: answers, broken connections, attempts cut short. */
function expectRealRounds({ answers, acknowledged, crashed, rounds }: RoundsReport): void {
  expect(acknowledged).toBeGreaterThanOrEqual(eventsMin)
  expect(answers.get('none')).toBeGreaterThan(0)
  expect(crashed).toBeGreaterThan(rounds)
}

test(`${rounds} times kill -9 under load lose nothing and apply nothing twice (SEED=${seed})`, {
  timeout: limitMs(rounds),
}, async () => {
  const report = await run('killed', { rounds, apps: 1, isStalling: false, killedAtStart })
  expect(report.faults).toEqual({})
  expect(report.acknowledged).toBe(report.sent)
  expect([...report.answers.keys()].filter((answer) => answer !== 'none')).toEqual([200])
  expectRealRounds(report)
})

const two = { rounds: roundsOfTwo, apps: 2, isStalling: true, killedAtStart }

test(`so do two processes on one file, killed in turn and stalled (SEED=${seed})`, {
  timeout: limitMs(roundsOfTwo),
}, async () => {
  const report = await run('two, killed and stalled', two)
  expect(report.faults).toEqual({})
  expect(report.acknowledged).toBe(report.sent)
  expectRealRounds(report)
  expect(report.fenced).toBeGreaterThan(0)
})

/** Each kill is to meet what was answered. */
const one = { rounds: roundsOfControl, apps: 1, isStalling: false, killedAtStart: 0 }
const controls: readonly [Control, fault: string, Omit<Rounds, 'seed' | 'settings'>][] = [
  ['no unique index', 'twice', one],
  ['acknowledge before commit', 'lost', one],
  ['no fence', 'twice', { ...two, rounds: roundsOfControl, killedAtStart: 0 }],
]

test.for(controls)(
  `the checker fails with %s (SEED=${seed})`,
  { timeout: limitMs(roundsOfControl) },
  async ([control, fault, kind]) => {
    const { faults } = await run(control, kind, control)
    expect(faults[fault]).toBeGreaterThan(0)
  },
)

function tableRow(name: string, { faults, answers, ...report }: RoundsReport) {
  const { lost = 0, twice = 0, missing = 0, ...others } = faults
  return {
    run: name,
    kills: report.rounds,
    'at start': report.killedAtStart,
    sent: report.sent,
    acknowledged: report.acknowledged,
    lost,
    twice,
    missing,
    'other faults': inWords(Object.entries(others)),
    crashed: report.crashed,
    fenced: report.fenced,
    'ready ms': report.readyMsMax,
    answers: inWords(answers),
  }
}

function inWords(counts: Iterable<readonly [string | number, number]>): string {
  return [...counts].map(([name, times]) => `${name}: ${times}`).join(', ')
}
