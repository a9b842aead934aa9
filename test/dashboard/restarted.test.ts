import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { github, hookline, type SourceDefinition, stripe } from '../../src/index.ts'
import { adminKey, secret } from '../seams.ts'
import { visit } from './app.ts'
import { ensureBuilt } from './built.ts'

const folder = mkdtempSync(join(tmpdir(), 'hookline-restarted-'))

beforeAll(ensureBuilt)
afterAll(() => rmSync(folder, { recursive: true }))

/** One server after the other on one database and one address, as after a deploy. */
async function start(sources: Record<string, SourceDefinition>, port: number) {
  const app = hookline({ sources })
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  await app.start({
    ...{ database: join(folder, 'test.db'), port, adminKey, log, mode: 'test' },
    masterKey: new Uint8Array(32).fill(7),
  })
  const { url } = await app.listen()
  return { app, url }
}

test('a page shows the sources of a server that began anew, without being loaded', async () => {
  const own = stripe({ secrets: secret })
  const first = await start({ stripe: own }, 0)
  const { page, close } = await visit(first.url)
  await page.getByRole('link', { name: 'Sources', exact: true }).click()
  await page.getByRole('listitem', { name: 'stripe', exact: true }).waitFor()
  await first.app.stop(500)
  await page.getByText('Reconnecting').waitFor()
  const port = Number(new URL(first.url).port)
  const second = await start({ stripe: own, github: github({ secrets: secret }) }, port)
  await page.getByText('Connected').waitFor()
  await page.getByRole('listitem', { name: 'github', exact: true }).waitFor({ timeout: 10_000 })
  expect(await page.getByRole('listitem', { name: 'stripe', exact: true }).count()).toBe(1)
  await close()
  await second.app.stop(500)
}, 60_000)
