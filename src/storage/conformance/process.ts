/**
 * A process of its own on a database, for the tests in which two work on one file or one is killed.
 * It prints a line for each thing that it was answered, and never before it was.
 */
import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { systemClock } from '../../base/clock.ts'
import { openStorage } from '../open.ts'
import type { ClaimedDelivery, ClaimOptions, NewEvent, Storage } from '../storage.ts'

const [role = '', database = ''] = process.argv.slice(2)

const claimOptions: ClaimOptions = {
  limit: 3,
  leaseMs: 60_000,
  targets: ['a'],
  suspects: 1,
  crashesMax: 3,
}

/** What the process does until it ends or is killed. */
const roles: Readonly<Record<string, (storage: Storage) => Promise<void>>> = {
  open: async (storage) => say(`events ${await storage.countEvents({})}`),
  accept: acceptForEver,
  'accept without waiting': acceptWithoutWaiting,
  claim: claimUntilTold,
}

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

function newEvent(dedupeKey: string): NewEvent {
  return {
    source: 'stripe',
    dedupeKey,
    type: 'invoice.paid',
    mode: 'test',
    receivedAt: systemClock.now(),
    occurredAt: null,
    headers: [],
    body: Buffer.from(dedupeKey),
    deliveries: [{ target: 'a', orderKey: null }],
  }
}

/** Several at a time, so that a kill finds some in a group commit and some before it. */
async function acceptForEver(storage: Storage): Promise<void> {
  const acceptOne = async () => {
    for (;;) {
      const key = randomUUID()
      await storage.acceptEvents([newEvent(key)])
      say(`accepted ${key}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, acceptOne))
}

/** What must not be done, to see that the test finds it: it answers first and is killed then. */
async function acceptWithoutWaiting(storage: Storage): Promise<void> {
  for (let i = 0; i < 8; i++) {
    const key = randomUUID()
    void storage.acceptEvents([newEvent(key)])
    say(`accepted ${key}`)
  }
  process.kill(process.pid, 'SIGKILL')
}

/** Claims and settles until its input ends. Each run is one row in the app's own table. */
async function claimUntilTold(storage: Storage): Promise<void> {
  let isTold = false
  process.stdin.on('end', () => {
    isTold = true
  })
  process.stdin.resume()
  say('ready')
  while (!isTold) {
    const claimed = await storage.claimDeliveries(claimOptions)
    for (const delivery of claimed) say(`claimed ${delivery.id}`)
    await Promise.all(claimed.map((delivery) => settle(storage, delivery)))
    if (claimed.length === 0) await setTimeout(2)
  }
}

async function settle(storage: Storage, delivery: ClaimedDelivery): Promise<void> {
  const text = 'insert into runs (delivery_id, pid) values ($1, $2)'
  const values = [delivery.id, process.pid]
  const effects = [{ kind: 'sql', text, values } as const]
  const settled = await storage.settleDelivery(delivery, { outcome: 'done', effects, reads: [] })
  if (settled.result !== 'settled') say(`not settled ${delivery.id}`)
}

const storage = await openStorage({ database, clock: systemClock })
await roles[role]?.(storage)
await storage.close()
