/** What the HTTP side is given: the real parts on a database of its own, and a clock to turn. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../base/log.ts'
import { newLogLines } from '../../base/log-lines.ts'
import { newMeter } from '../../base/meter.ts'
import { newEgress } from '../../egress/egress.ts'
import { newRejections } from '../../inbox/rejections.ts'
import { makeSource } from '../../inbox/sources.ts'
import { github, stripe } from '../../providers/index.ts'
import { recogniseKeys } from '../../providers/key-shapes.ts'
import { type ApiDefinitions, newProxy } from '../../proxy/start.ts'
import { newAccess } from '../../realtime/access.ts'
import { startHub } from '../../realtime/hub.ts'
import { openStorage } from '../../storage/open.ts'
import type { NewEvent, Storage } from '../../storage/storage.ts'
import { openSecrets } from '../../vault/secrets.ts'
import type { HandlerInfo, Served } from '../served.ts'

export const adminKey = 'an-admin-key-that-is-long-enough'
export const stripeSecret = 'whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyBvbmx5'
export const startedAt = Date.parse('2026-01-31T12:00:00.000Z')

export interface TestServed extends Served {
  /** Lets the clock go on. */
  pass(ms: number): void
  close(): Promise<void>
}

const handlers: readonly HandlerInfo[] = [
  handlerOf('stripe', 'grant', 'payment_intent.succeeded'),
  handlerOf('stripe', 'record', '*'),
  handlerOf('github', 'record', 'issues'),
]

function handlerOf(source: string, name: string, type: string): HandlerInfo {
  return { target: `${source}/${name}`, source, name, type }
}

export interface ServedOptions {
  readonly adminKey?: string | undefined
  readonly apis?: ApiDefinitions
  readonly callOrigins?: readonly string[]
}

export async function startServed(options: ServedOptions = { adminKey }) {
  const directory = await mkdtemp(join(tmpdir(), 'hookline-http-'))
  let nowMs = startedAt
  const clock = { now: () => nowMs }
  const storage = await openStorage({ database: join(directory, 'hookline.db'), clock })
  const hub = startHub(storage, silentLog)
  const served: TestServed = {
    ...partsOn(storage, clock),
    hub,
    mode: 'test',
    ...(await secretsOn(storage, clock)),
    calls: { proxy: proxyOn(storage, clock, options), origins: options.callOrigins ?? [] },
    access: newAccess(new Uint8Array(32).fill(1), clock),
    logs: newLogLines(clock),
    server: { isDev: false, publicUrl: undefined, retention: {} },
    admin: { key: options.adminKey, sessionKey: new Uint8Array(32).fill(2) },
    pass: (ms) => {
      nowMs += ms
    },
    close: async () => {
      hub.stop()
      await served.calls.proxy.calls.stop()
      served.stopSecrets()
      await storage.close()
      await rm(directory, { recursive: true })
    },
  }
  return served
}

async function secretsOn(storage: Storage, clock: { now(): number }) {
  const config = {
    masterKey: new Uint8Array(32).fill(3),
    previousMasterKey: undefined,
    secretsOf: () => [],
    isInFile: () => false,
  }
  const recognise = recogniseKeys
  const secrets = await openSecrets({ storage, config, recognise, clock, log: silentLog })
  return { ...secrets, stopSecrets: () => secrets.lookup.stop() }
}

function proxyOn(storage: Storage, clock: { now(): number }, { apis }: ServedOptions) {
  return newProxy({
    apis,
    mode: 'test',
    egress: undefined,
    secretsOf: async () => [],
    storage,
    clock,
    log: silentLog,
    random: () => 0.5,
  })
}

function partsOn(storage: Storage, clock: { now(): number }) {
  const wanted = (event: { source: string; type: string }) =>
    handlers
      .filter(({ source, type }) => source === event.source && ['*', event.type].includes(type))
      .map(({ target }) => ({ target, orderKey: null }))
  const defaults = { mode: 'test', publicUrl: undefined, secretsOf: () => [] } as const
  const sources = new Map([
    ['stripe', makeSource('stripe', stripe({ secrets: stripeSecret }), defaults)],
    ['github', makeSource('github', github(), defaults)],
  ])
  const inbox = {
    sources,
    storage,
    rejections: newRejections(storage, silentLog),
    meter: newMeter(),
    clock,
    log: silentLog,
    deliveriesFor: wanted,
    fetch: newEgress(),
  }
  return {
    storage,
    inbox,
    handlers,
    deliveriesFor: wanted,
    fallback: undefined,
    clock,
    log: silentLog,
    random: () => 0.5,
    readiness: async () => ({ reasons: [], replication: 'none' as const }),
  }
}

/** Stores an event with the deliveries that it gets here; returns its id. */
export async function acceptEvent(served: Served, event: Partial<NewEvent> = {}): Promise<string> {
  const { source = 'stripe', type = 'payment_intent.succeeded' } = event
  const body = event.body ?? Buffer.from('{"id":"evt_1"}')
  const whole: NewEvent = {
    dedupeKey: randomUUID(),
    mode: 'test',
    receivedAt: served.clock.now(),
    occurredAt: null,
    headers: [['content-type', 'application/json']],
    deliveries: served.inbox.deliveriesFor({ source, type, body }),
    ...event,
    source,
    type,
    body,
  }
  const [accepted] = await served.storage.acceptEvents([whole])
  return accepted?.id ?? ''
}
