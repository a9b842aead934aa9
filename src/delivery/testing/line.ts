/**
 * A small line for tests: a real database, handlers and a worker, and a way to wait for what
 * happens.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import { type JsonObject, parseJson } from '../../base/json.ts'
import { silentLog } from '../../base/log.ts'
import { newMeter } from '../../base/meter.ts'
import { openStorage } from '../../storage/open.ts'
import type { Delivery, Storage } from '../../storage/storage.ts'
import {
  addHandler,
  deliveriesFor,
  type Handler,
  type HandlerOptions,
  type Transaction,
} from '../handler.ts'
import { newWorker, type Worker, type WorkerOptions } from '../worker.ts'

export interface Line {
  readonly storage: Storage
  readonly worker: Worker
  readonly directory: string
  on(type: string, run: (event: never, tx: Transaction) => unknown, options?: HandlerOptions): void
  /** Stores an event of this type and gives its id. */
  send(type: string, payload: JsonObject): Promise<string>
  /** The deliveries of an event once they satisfy, within ten seconds. */
  waitFor(eventId: string, isWanted: (deliveries: Delivery[]) => boolean): Promise<Delivery[]>
  close(): Promise<void>
}

const provider = { parse: (body: Uint8Array) => parseJson(new TextDecoder().decode(body)) }

export async function openLine(options: Partial<WorkerOptions> = {}): Promise<Line> {
  const directory = mkdtempSync(join(tmpdir(), 'hookline-'))
  const storage = await openStorage({ database: join(directory, 'test.db'), clock: systemClock })
  const handlers = new Map<string, Handler>()
  const worker = newWorker({
    storage,
    handlers,
    clock: systemClock,
    log: silentLog,
    meter: newMeter(),
    random: () => 0.5,
    ...options,
  })
  let sent = 0
  return {
    storage,
    worker,
    directory,
    on: (type, run, handlerOptions = {}) =>
      addHandler(handlers, { source: 'test', provider, type, run, options: handlerOptions }),
    send: async (type, payload) => {
      const body = Buffer.from(JSON.stringify(payload))
      const event = { source: 'test', type, body }
      const [accepted] = await storage.acceptEvents([
        {
          ...event,
          dedupeKey: `${sent++}`,
          mode: 'test',
          receivedAt: Date.now(),
          occurredAt: null,
          headers: [],
          deliveries: deliveriesFor(handlers, event),
        },
      ])
      return accepted?.id ?? ''
    },
    waitFor: (eventId, isWanted) => waitFor(storage, eventId, isWanted),
    close: async () => {
      await worker.stop(1_000)
      await storage.close()
      rmSync(directory, { recursive: true })
    },
  }
}

async function waitFor(
  storage: Storage,
  eventId: string,
  isWanted: (deliveries: Delivery[]) => boolean,
): Promise<Delivery[]> {
  const until = Date.now() + 10_000
  for (;;) {
    const { data } = await storage.deliveries({ eventId }, { limit: 100 })
    if (isWanted(data)) return data
    if (Date.now() > until) throw new Error(`Not within ten seconds: ${JSON.stringify(data)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export function allAre(state: Delivery['state']): (deliveries: Delivery[]) => boolean {
  return (deliveries) => deliveries.length > 0 && deliveries.every((one) => one.state === state)
}
