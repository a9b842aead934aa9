/**
 * A disk that takes no more, and one that fails: refused with 503, never answered 2xx and lost,
 * and over when the fault is. With HOOKLINE_LONG=1 also by faults that strace puts into single
 * system calls.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { seed, seededRandom } from '../../src/base/testing/random.ts'
import { admin } from '../../src/client/admin.ts'
import { check } from './checker.ts'
import { finishLoad, type Load, startLoad } from './load.ts'
import { endApps, type Launch, launchApp } from './running-app.ts'
import { type AppSettings, adminKey } from './settings.ts'
import { limitFiles, mountSmall, type SmallDisk } from './small-disk.ts'
import { drained, stopApp } from './stop.ts'
import { stripeEvent } from './stripe-event.ts'
import { until } from './until.ts'

const limitMs = 120_000
const fullWithinMs = 60_000
const recoversWithinMs = 5_000
/** So many answers of 503 with no other between them: it is full, and not full for a moment. */
const refusalsInARow = 50
const accounts = 200
const writesMax = 400
const diesWithinMs = 30_000
const extraMax = 50

let disk: SmallDisk | undefined

afterEach(async () => {
  await endApps()
  await disk?.remove()
  disk = undefined
})

const kinds: readonly [string, () => Promise<SmallDisk>][] = [
  ['a full file system', mountSmall],
  ['a file that may not grow', limitFiles],
]

test.for(kinds)(
  `with %s nothing is acknowledged and lost, reads go on, and room ends it (SEED=${seed})`,
  { timeout: limitMs },
  async ([kind, makeDisk], { skip }) => {
    try {
      disk = await makeDisk()
    } catch (error) {
      console.warn(`NOT RUN, "${kind}": this machine does not allow it. ${error}`)
      return skip(`this machine does not allow ${kind}`)
    }
    const settings = { database: join(disk.directory, 'hookline.db'), leaseMs: 2_000 }
    const app = launchApp(settings, disk.launch)
    const url = await app.ready
    const load = loadOn(() => url)
    await until('it is full', fullness(load), fullWithinMs)
    await expectRefusedAndReadable(url, load)
    const acknowledgedBefore = load.acknowledged.size
    await disk.enlarge(app)
    const isTaken = () => load.acknowledged.size >= acknowledgedBefore + 10
    await until('events are taken again', isTaken, recoversWithinMs)
    await finishLoad(load)
    await drained(settings.database)
    expect(await readiness(url)).toBe(200)
    await stopApp(app)
    const { faults, acknowledged, sent } = check(settings.database, load)
    console.log(`${kind}: ${acknowledged} acknowledged, ${refusalsOf(load)} times 503`)
    expect({ faults, acknowledged }).toEqual({ faults: {}, acknowledged: sent - 1 })
    const answers = [...load.answers.keys()].filter((answer) => answer !== 'none')
    expect(answers.sort()).toEqual([200, 503])
  },
)

/** Just before it is full, what is small still fits, and SQLite makes room once more. */
function fullness(load: Load): () => boolean {
  let acknowledged = -1
  let refusedBefore = 0
  return () => {
    const refused = refusalsOf(load)
    if (load.acknowledged.size !== acknowledged) refusedBefore = refused
    acknowledged = load.acknowledged.size
    return refused - refusedBefore >= refusalsInARow
  }
}

const refusalsOf = (load: Load) => load.answers.get(503) ?? 0

function loadOn(target: () => string | undefined): Load {
  return startLoad({
    target,
    random: seededRandom(seed),
    connections: 24,
    eventsMax: 50_000,
    pauseMsMax: 5,
    eventOptions: (index) => ({ account: `a${index % accounts}` }),
  })
}

/** While it is full: a clear answer to the provider, and all that only reads. */
async function expectRefusedAndReadable(url: string, load: Load): Promise<void> {
  const refused = await untilRefused(url, load)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ status: 503, code: 'accept_uncertain' })
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  // What it tries is small: a page or two may be left for it.
  await until('it says that it is not ready', async () => (await readiness(url)) === 503)
  const { events, documents, stats } = admin(url, { key: adminKey })
  expect((await events.list({ limit: 5 })).data).toHaveLength(5)
  expect((await documents.list({ prefix: 'accounts/', limit: 5 })).data).toHaveLength(5)
  expect((await stats()).events).toBeGreaterThan(0)
}

/** One event alone may fit where the many of a group did not. */
async function untilRefused(url: string, load: Load): Promise<Response> {
  for (let extra = 0; extra < extraMax; extra++) {
    const { id, body, headers } = stripeEvent(`extra ${extra}`)
    load.sent.add(id)
    const request = { method: 'POST', body: new Uint8Array(body), headers }
    const answer = await fetch(`${url}/webhooks/stripe`, request)
    if (answer.status === 503) return answer
    expect(answer.status).toBe(200)
    load.acknowledged.add(id)
  }
  throw new Error(`It took ${extraMax} more events while it was full.`)
}

async function readiness(url: string): Promise<number> {
  return (await fetch(`${url}/readyz`)).status
}

if (process.env.HOOKLINE_LONG === '1') {
  const failing: readonly [string, string][] = [
    ['one sync that fails', 'fsync,fdatasync:error=EIO:when=20'],
    ['writes that find no room', 'pwrite64:error=ENOSPC:when=100..160'],
    ['writes that fail', 'pwrite64:error=EIO:when=100..130'],
  ]
  test.for(failing)(
    'with %s nothing is acknowledged and lost, and it ends by itself',
    {
      timeout: limitMs,
    },
    async ([name, fault]) => {
      const settings = settingsIn(mkdtempSync(join(tmpdir(), 'hookline-broken-')))
      const app = launchApp(settings, injecting(fault))
      const url = await app.ready
      const load = loadOn(() => url)
      await until('it has failed', () => refusalsOf(load) > 0, fullWithinMs)
      const acknowledgedBefore = load.acknowledged.size
      const isTaken = () => load.acknowledged.size >= acknowledgedBefore + 10
      await until('events are taken again', isTaken, recoversWithinMs)
      await finishLoad(load)
      await drained(settings.database)
      await stopApp(app)
      expectAllHandled(name, settings, load)
    },
  )

  test('with syncs that fail for ever it takes nothing, says so, and has lost nothing', {
    timeout: limitMs,
  }, async () => {
    const settings = settingsIn(mkdtempSync(join(tmpdir(), 'hookline-broken-')))
    const state = { url: '' }
    const broken = launchApp(settings, injecting('fsync,fdatasync:error=EIO:when=20+'))
    state.url = await broken.ready
    const load = loadOn(() => state.url)
    await until('it takes nothing', fullness(load), fullWithinMs)
    expect(await readiness(state.url)).toBe(503)
    broken.signal('SIGKILL')
    await broken.ended
    const sound = launchApp(settings)
    state.url = await sound.ready
    await finishLoad(load)
    await drained(settings.database)
    await stopApp(sound)
    expectAllHandled('syncs that fail for ever', settings, load)
  })

  test(`killed in each third of its first ${writesMax} writes it loses nothing`, {
    timeout: writesMax * 10_000,
  }, async () => {
    const settings = settingsIn(mkdtempSync(join(tmpdir(), 'hookline-broken-')))
    const state: { url: string | undefined } = { url: undefined }
    const load = loadOn(() => state.url)
    for (let write = 1; write <= writesMax; write += 3) {
      const app = launchApp(settings, injecting(`pwrite64:signal=SIGKILL:when=${write}`))
      app.ready.then(
        (url) => {
          state.url = url
        },
        () => {}, // killed before it was ready
      )
      await until('it was killed', () => app.end() !== undefined, diesWithinMs)
      state.url = undefined
    }
    const app = launchApp(settings)
    state.url = await app.ready
    await finishLoad(load)
    await drained(settings.database)
    await stopApp(app)
    expectAllHandled('killed at single writes', settings, load)
  })
}

/** The app itself stays our child (-D), so that it is the one that is signalled. */
function injecting(fault: string): Launch {
  const traced = fault.slice(0, fault.indexOf(':'))
  const options = ['-D', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${traced}`]
  return { through: ['strace', ...options, '-e', `inject=${fault}`] }
}

function settingsIn(directory: string): AppSettings {
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return { database: join(directory, 'hookline.db'), leaseMs: 2_000 }
}

function expectAllHandled(name: string, { database }: AppSettings, load: Load): void {
  const { faults, acknowledged, sent } = check(database, load)
  console.log(`${name}: ${acknowledged} acknowledged, ${refusalsOf(load)} times 503`)
  expect({ faults, acknowledged }).toEqual({ faults: {}, acknowledged: sent })
}
