import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/cli-process.ts'
import { until } from '../testing/until.ts'
import { watchFolder } from './watch-folder.ts'

const root = temporaryFolder()
const folder = join(root, 'app')
for (const name of ['lib', 'node_modules/package', '.git']) {
  mkdirSync(join(folder, name), { recursive: true })
}
const changed: string[] = []
const stop = watchFolder({ folder, file: join(root, '.env.local') }, (path) => {
  changed.push(path.slice(root.length + 1))
})
afterAll(stop)

/** Writes the files, and gives what was told once one of them was. */
async function toldAfter(...names: readonly string[]): Promise<readonly string[]> {
  changed.length = 0
  for (const name of names) writeFileSync(join(root, name), 'changed\n')
  return await until('a change is told', () => (changed.length > 0 ? [...changed] : undefined))
}

test('what an app writes and what it does not load is not told', async () => {
  const told = await toldAfter(
    'app/hookline.db',
    'app/hookline.db-wal',
    'app/server.log',
    'app/node_modules/package/index.js',
    'app/.git/index.json',
    'other.ts',
    'app/hookline.ts',
  )
  expect(told).toEqual(['app/hookline.ts'])
})

test('the environment file beside the folder is told', async () => {
  expect(await toldAfter('.env.local')).toEqual(['.env.local'])
})

test('changes that come together are told once, by the first of them', async () => {
  expect(await toldAfter('app/lib/b.ts', 'app/lib/a.ts', 'app/page.css')).toEqual(['app/lib/b.ts'])
  // Were there a second call for the same changes, it would come before that for the next one.
  expect(await toldAfter('app/lib/c.ts')).toEqual(['app/lib/c.ts'])
})

test('a folder that is made later is watched too', async () => {
  mkdirSync(join(folder, 'later'))
  changed.length = 0
  // The folder is noticed a moment after it was made, so the file is written until it is told.
  await until('a file in it is told', () => {
    if (changed.length > 0) return true
    const isQuiet = performance.now() - writtenAtMs > 400
    if (isQuiet) write()
    return undefined
  })
  expect(changed).toEqual(['app/later/page.ts'])
})

let writtenAtMs = Number.NEGATIVE_INFINITY

function write(): void {
  writtenAtMs = performance.now()
  writeFileSync(join(folder, 'later', 'page.ts'), 'changed\n')
}
