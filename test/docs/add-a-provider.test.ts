/** Follows docs/recipes/add-a-provider.md to the letter, in a copy of the sources. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { SourceProvider } from '../../src/providers/provider.ts'
import { accepted, refused } from '../../src/providers/testing/cases.ts'
import { subjectsOf } from '../../src/providers/testing/subject.ts'
import { codeBlock, root } from './code-blocks.ts'
import { providerPage } from './provider-page.ts'

const page = 'recipes/add-a-provider.md'
const file = codeBlock(page, 'file=src/providers/postbox.ts')

/** What the steps say, done: the file written, its import and its name added to the registry. */
function follow(folder: string): string {
  for (const name of ['base', 'signing', 'providers']) {
    cpSync(join(root, 'src', name), join(folder, 'src', name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'src/providers/postbox.ts'), file)
  const registry = join(folder, 'src/providers/index.ts')
  const line = codeBlock(page, 'file=src/providers/index.ts')
  const text = readFileSync(registry, 'utf8')
    .replace(/^import /m, `${line}import `)
    .replace(/^export \{\n/m, 'export {\n  postbox,\n')
    .replace('export const providers = {', 'export const providers = {\n  postbox,')
  writeFileSync(registry, text)
  return registry
}

const folder = mkdtempSync(join(tmpdir(), 'hookline-guide-'))
afterAll(() => rmSync(folder, { recursive: true }))

const module: { postbox: SourceProvider; providers: Record<string, SourceProvider> } = await import(
  pathToFileURL(follow(folder)).href
)

describe('the provider of the guide', () => {
  const { postbox, providers } = module
  const [subject] = subjectsOf(postbox)
  if (!subject) throw new Error('A provider has at least one scheme.')

  test('is in the registry beside the others, under its name', () => {
    expect(providers.postbox).toBe(postbox)
    expect(providers.stripe?.name).toBe('stripe')
  })

  test('takes less than 40 lines', () => {
    expect(file.split('\n').length).toBeLessThan(40)
  })

  test.each(accepted.filter(({ applies }) => applies?.(subject) ?? true))(
    'accepts $title',
    async ({ trials }) => {
      for (const trial of trials(subject)) {
        expect(await postbox.verify(...trial)).toMatchObject({ ok: true })
      }
    },
  )

  test.each(refused.filter(({ applies }) => applies?.(subject) ?? true))(
    'refuses $title',
    async ({ trials }) => {
      const all = trials(subject)
      expect(all.length).toBeGreaterThan(0)
      for (const trial of all) expect(await postbox.verify(...trial)).toMatchObject({ ok: false })
    },
  )

  test('reads id, type, time and mode where the table says', () => {
    const body = Buffer.from(JSON.stringify(subject.sample.body))
    const { secret, now } = subject
    const outcome = postbox.verify(postbox.request(body, { secret, now }), {
      secrets: [secret],
      now,
    })
    expect(outcome).toMatchObject({
      dedupeKey: 'ltr_1',
      type: 'letter.delivered',
      occurredAt: 1_700_000_000_000,
      mode: 'test',
    })
    expect(secret).toMatch(/^pbs_/)
  })

  test('has a page, which says what the notes say', () => {
    expect(providerPage(postbox)).toContain('# Postbox')
    expect(providerPage(postbox)).toContain('five minutes are taken')
  })
})
