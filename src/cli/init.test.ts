import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadApp } from './app-file.ts'
import { init } from './init.ts'
import { appFolder } from './testing/app-folder.ts'
import { temporaryFolder } from './testing/cli-process.ts'

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')

test('in an empty folder it writes an app that loads; run again it changes nothing', async () => {
  const folder = appFolder()
  expect(init(folder)).toEqual({ written: ['hookline.ts', '.env.local', '.gitignore'], kept: [] })
  const path = join(folder, 'hookline.ts')
  const app = await loadApp({ path, shownAs: 'hookline.ts', isShop: false }, folder)
  expect(app.fetch).toBeInstanceOf(Function)
  expect(read(folder, 'hookline.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(15)
  expect(statSync(join(folder, '.env.local')).mode & 0o777).toBe(0o600)
  const before = ['hookline.ts', '.env.local', '.gitignore'].map((name) => read(folder, name))
  expect(init(folder)).toEqual({ written: [], kept: ['hookline.ts', '.env.local', '.gitignore'] })
  expect(['hookline.ts', '.env.local', '.gitignore'].map((name) => read(folder, name))).toEqual(
    before,
  )
})

test('.env.local sets nothing, it only names what can be set', () => {
  const folder = temporaryFolder()
  init(folder)
  const lines = read(folder, '.env.local').split('\n')
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
  expect(lines.join('\n')).toContain('STRIPE_WEBHOOK_SECRET=')
})

test('what exists is changed in nothing; only missing lines are added to .gitignore', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'hookline.ts'), '// mine\n')
  writeFileSync(join(folder, '.env.local'), 'A=1\n')
  writeFileSync(join(folder, '.gitignore'), 'dist\n/.hookline')
  expect(init(folder)).toEqual({ written: ['.gitignore'], kept: ['hookline.ts', '.env.local'] })
  expect(read(folder, 'hookline.ts')).toBe('// mine\n')
  expect(read(folder, '.env.local')).toBe('A=1\n')
  expect(read(folder, '.gitignore')).toBe('dist\n/.hookline\n.env.local\n')
})
