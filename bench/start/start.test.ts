import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { buildPeer } from './built-package.ts'
import { measureStart, type StartPeer } from './measure.ts'

const directory = mkdtempSync(join(tmpdir(), 'hookline-bench-start-'))
const environment = (port: number) => ({ PORT: String(port) })
afterAll(() => rmSync(directory, { recursive: true }))

test('the clock of a start stops at the first 200', async () => {
  const file = buildPeer('start-bare', directory)
  const bare: StartPeer = {
    name: 'bare',
    title: 'bare',
    args: () => [file],
    directory,
    environment,
  }
  const { firstAnswerMs, cpuMs } = await measureStart(bare)
  expect(firstAnswerMs).toBeGreaterThan(5)
  expect(cpuMs ?? 1).toBeGreaterThan(0)
})

test('a program that ends before it answers gives no figure', async () => {
  const file = fileURLToPath(new URL('../measuring/random.ts', import.meta.url))
  const peer = { name: 'ended', title: 'Ended', args: () => [file], directory, environment }
  await expect(measureStart(peer)).rejects.toThrow('Ended ended before it answered')
})
