/** What the README shows is what runs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

test('the code in the README is the example, to the letter', () => {
  const shown = /<!-- code:(\S+) -->\n+```ts\n([\s\S]*?)```/.exec(readme)
  const file = shown?.[1] ?? ''
  expect(file).toBe('examples/shop/hookline.ts')
  expect(shown?.[2]).toBe(readFileSync(join(root, file), 'utf8'))
})

test('the example stays within 60 lines', () => {
  const lines = readFileSync(join(root, 'examples/shop/hookline.ts'), 'utf8').trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(60)
})

test('every link and picture of the README leads to a file', () => {
  const targets = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target ?? '')
  expect(targets.length).toBeGreaterThan(4)
  for (const target of targets) expect(() => readFileSync(join(root, target))).not.toThrow()
})

test('the commands of the README are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const named = [...readme.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name]) => name ?? '')
  for (const name of named) {
    if (name !== 'install' && name !== 'package')
      expect([name, typeof scripts[name]]).toEqual([name, 'string'])
  }
})
