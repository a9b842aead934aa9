/** A network that neither delivers nor closes: whoever waits is told so in time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newEvent } from '../../src/storage/conformance/sample.ts'
import { openStorage } from '../../src/storage/open.ts'
import { type Cluster, createCluster, removeCluster, startCluster, urlOf } from './cluster.ts'
import { openDatabaseProxy } from './database-proxy.ts'

/** A provider gives up after ten seconds or so. */
const refusedWithinMs = 5_000
const swallowedMs = 6_000
const sentEveryMs = 200

let cluster: Cluster

beforeAll(async () => {
  cluster = await createCluster()
  await startCluster(cluster)
})
afterAll(() => removeCluster(cluster))

test('events are refused within 5 s while nothing comes through, and accepted after', {
  timeout: 60_000,
}, async () => {
  const proxy = await openDatabaseProxy(cluster.port)
  const clock = { now: () => Date.now() }
  const storage = await openStorage({ database: urlOf(proxy), clock })
  await storage.acceptEvents([newEvent('before')])
  proxy.swallow()
  const waits: Promise<number>[] = []
  for (let at = 0; at < swallowedMs; at += sentEveryMs) {
    const begun = performance.now()
    const accepting = storage.acceptEvents([newEvent(`k${at}`)])
    waits.push(
      expect(accepting)
        .rejects.toMatchObject({ status: 503 })
        .then(() => since(begun)),
    )
    await sleep(sentEveryMs)
  }
  const longest = Math.max(...(await Promise.all(waits)))
  console.log(`The longest wait for a refusal: ${Math.round(longest)} ms`)
  expect(longest).toBeLessThan(refusedWithinMs)
  proxy.restore()
  expect(await storage.acceptEvents([newEvent('before')])).toMatchObject([{ duplicate: true }])
  await storage.close()
  await proxy.close()
})

function since(begun: number): number {
  return performance.now() - begun
}
