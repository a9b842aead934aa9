/**
 * The reference pages of the providers are those of their declarations, and there is one for each.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as hookline from 'hookline'
import { describe, expect, test } from 'vitest'
import { exportName } from '../../src/connect/provider-forms.ts'
import { defineProvider } from '../../src/providers/define.ts'
import { mac } from '../../src/providers/schemes/mac.ts'
import { token } from '../../src/providers/schemes/token.ts'
import { providerPage } from './provider-page.ts'
import { providerPages } from './provider-pages.ts'

const folder = join(import.meta.dirname, '../../docs/reference/providers')
const pages = providerPages()

test('there is a page for each provider and an index, and no other', () => {
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort())
  expect(pages.size).toBeGreaterThan(10)
})

test.each([...pages])(
  '%s is what the declaration says; if not: npm run docs:providers',
  (name, text) => {
    expect(readFileSync(join(folder, name), 'utf8')).toBe(text)
  },
)

test.each(Object.keys(hookline.providers))('the example of %s imports what there is', (name) => {
  expect(hookline).toHaveProperty(exportName(name))
  expect(pages.get(`${name}.md`)).toContain(
    `import { hookline, ${exportName(name)} } from 'hookline'`,
  )
})

describe('a page says in words', () => {
  const common = {
    name: 'made-up',
    title: 'Made Up',
    docsUrl: 'https://example.com/docs',
    secretNames: ['MADE_UP_SECRET'],
    samples: [{ type: 'a.b', body: { id: 1 } }],
  } as const
  const signature = mac({
    header: 'X-Made',
    format: 't={timestamp},v1={signature}',
    signed: '{timestamp}.{body}',
    digest: 'sha256',
    encoding: 'hex',
  })

  test('what is signed, and by when', () => {
    const page = providerPage(defineProvider({ ...common, scheme: signature, event: {} }))
    expect(page).toContain('the time, as it is written, then `.`, then the body, byte for byte')
    expect(page).toContain('at most 300 s old and 300 s ahead')
    expect(page).toContain('Yes: a changed body does not verify.')
    expect(page).toContain("import { hookline, madeUp } from 'hookline'")
    expect(page).toContain('It has no id: a hash of type and body.')
  })

  test('that a token leaves the body open, and what to do then', () => {
    const scheme = { token: token({ header: 'X-Token' }), signature }
    const page = providerPage(
      defineProvider({
        ...common,
        scheme,
        event: { id: { first: ['signed:id', 'header:X-Id'] }, type: 'body:type' },
        retryAfterSeconds: [30, 90, 5_400],
        notes: ['A note.'],
      }),
    )
    expect(page).toContain('**No.** It proves at most who called')
    expect(page).toContain("settings: { scheme: 'signature' }")
    expect(page).toContain('The first that is there: the id that is signed; the header `X-Id`.')
    expect(page).toContain('After 30 s, 1.5 min, 1.5 h.')
    expect(page).toContain('- A note.')
  })
})
