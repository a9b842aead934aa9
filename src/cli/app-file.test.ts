import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type AppFile, demoAppFile, findAppFile, loadApp } from './app-file.ts'
import { appFolder, appText } from './testing/app-folder.ts'

const folder = appFolder()

function written(name: string, text: string) {
  writeFileSync(join(folder, name), text)
  return { path: join(folder, name), shownAs: name, isShop: false }
}

test('the usual names are looked for in their order, and nothing is made up', () => {
  expect(findAppFile(undefined, folder)).toBeUndefined()
  written('hookline.mjs', '')
  expect(findAppFile(undefined, folder)?.shownAs).toBe('hookline.mjs')
  written('hookline.ts', '')
  expect(findAppFile(undefined, folder)?.shownAs).toBe('hookline.ts')
  expect(findAppFile('hookline.mjs', folder)?.path).toBe(join(folder, 'hookline.mjs'))
})

test('a file that was named and is not there is never replaced by another', () => {
  expect(() => findAppFile('app.ts', folder)).toThrow('There is no file app.ts')
})

test('the demo is the shop, also when it is named by its path', () => {
  const demo = demoAppFile()
  expect(demo).toMatchObject({ isShop: true, shownAs: 'the built-in demo' })
  expect(findAppFile(demo.path, folder)?.isShop).toBe(true)
})

test('an app is loaded from its default export', async () => {
  const app = await loadApp(written('app.ts', appText('1')), folder)
  expect(app.listen).toBeInstanceOf(Function)
})

/** The files are loaded by Node itself: the test runner would load them in its own way. */
const broken: Readonly<Record<string, readonly [what: string, text: string, says: RegExp]>> = {
  'syntax.ts': [
    'a syntax error',
    'const a: number = 1\nconst = 2\n',
    /^syntax\.ts does not load: SyntaxError: .*\(syntax\.ts:2\)/,
  ],
  'two words.ts': ['a name with a space', 'const = 2\n', /SyntaxError: .*\(two words\.ts:1\)/],
  'plain.mjs': ['one of JavaScript', '\nlet let = 1\n', /SyntaxError: .*\(plain\.mjs:2\)/],
  'enum.ts': ['TypeScript that is not erasable', '\n\nenum A { B }\n', /enum .*\(enum\.ts:3\)/],
  'throws.ts': [
    'an error while it runs',
    '\nthrow new TypeError("no")\n',
    /TypeError: no \(throws\.ts:2\)/,
  ],
  'text.ts': ['what is thrown and no error', "throw 'no'\n", /^text\.ts does not load: no\./],
  'lost.ts': ['a module that is not there', "import './none.ts'\n", /Cannot find .*none\.ts'/],
  'importing.ts': [
    'an error in a file that it imports',
    "import './throws.ts'\n",
    /^importing\.ts does not load: TypeError: no \(throws\.ts:2\)/,
  ],
  'names.ts': [
    'a name that a module does not export',
    "import { none } from './bare.ts'\n",
    /SyntaxError: .* 'none' \(names\.ts:1\)/,
  ],
  'bare.ts': [
    'no default export',
    'export const app = 1\n',
    /bare\.ts does not export an app\. Its default export is missing/,
  ],
  'other.ts': [
    'another default export',
    'export default { start() {} }\n',
    /other\.ts does not export an app\. .*something else/,
  ],
}

describe('a file that can not be used is told with its place', async () => {
  const files = Object.entries(broken).map(([name, [, text]]) => written(name, text))
  const messages = await loadedByNode(files)

  test.each(Object.entries(broken))('%s: %s', (name, [, , says]) => {
    expect(messages[name]).toMatch(says)
  })
})

async function loadedByNode(files: readonly AppFile[]): Promise<Record<string, string>> {
  const script = `
    import { loadApp } from ${JSON.stringify(new URL('./app-file.ts', import.meta.url))}
    const messages = {}
    for (const file of ${JSON.stringify(files)}) {
      await loadApp(file, ${JSON.stringify(folder)}).catch((error) => {
        messages[file.shownAs] = error.message
      })
    }
    console.log(JSON.stringify(messages))`
  const options = ['--conditions=hookline-source', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, options)
  return JSON.parse(stdout)
}
