import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { openStorage } from '../storage/open.ts'
import { openVault } from './open-vault.ts'

const program = fileURLToPath(new URL('./testing/rotate-slowly.ts', import.meta.url))
const keyCount = 40
const from = new Uint8Array(32).fill(1)
const to = new Uint8Array(32).fill(2)
const actor = { kind: 'cli', id: 'test' } as const

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** Runs the rotation, killed with SIGKILL behind this many steps. True where it came to its end. */
function rotate(database: string, killAfter: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, database, base64(from), base64(to)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      if (text.split('step').length > killAfter) child.kill('SIGKILL')
    })
    child.on('close', () => resolve(text.includes('done')))
  })
}

test('a rotation of the master key that is killed goes on, and every key opens', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hookline-rotate-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const database = join(directory, 'hookline.db')
  const open = () => openStorage({ database, clock: systemClock })
  const masterIds = async () => {
    const storage = await open()
    const ids = (await storage.keys()).map(({ masterId }) => masterId)
    await storage.close()
    return new Set(ids).size
  }
  const storage = await open()
  const options = { storage, clock: systemClock, recognise: () => [] }
  const vault = await openVault({ ...options, masterKeys: { newest: from } })
  for (let i = 0; i < keyCount; i++) {
    await vault.set({ name: `K${i}`, mode: 'test', value: `value ${i}` }, actor)
  }
  await storage.close()

  let kills = 0
  let mixed = 0
  while (!(await rotate(database, 3 + kills * 5))) {
    kills++
    if ((await masterIds()) === 2) mixed++
    // Half-way, a server that knows both keys opens all of them.
    const half = await open()
    const both = { ...options, storage: half, masterKeys: { newest: to, previous: from } }
    expect(await openedBy(await openVault(both))).toEqual(values())
    await half.close()
    expect(kills).toBeLessThan(20)
  }
  expect(mixed).toBeGreaterThan(0)
  expect(await masterIds()).toBe(1)
  const after = await open()
  const alone = { ...options, storage: after, masterKeys: { newest: to } }
  expect(await openedBy(await openVault(alone))).toEqual(values())
  expect(await after.masterKeyState()).toMatchObject({ previousId: null })
  await after.close()
})

function values(): string[] {
  return Array.from({ length: keyCount }, (_, i) => `value ${i}`)
}

async function openedBy(vault: Awaited<ReturnType<typeof openVault>>): Promise<string[]> {
  const opened = await Promise.all(values().map((_, i) => vault.open(`K${i}`, 'test')))
  return opened.flat().map(({ value }) => value)
}
