/**
 * Runs the code of docs/recipes/any-sender.md: each declaration is used, and the program is sent
 * its samples.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CustomProvider, Hookline } from 'hookline'
import { afterAll, describe, expect, test } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { until as waitFor } from '../../src/client/testing/until.ts'
import { codeBlocks, root } from './code-blocks.ts'

const blocks = codeBlocks('recipes/any-sender.md')
const declarations = blocks.filter(({ label }) => label === 'custom')
const program = blocks.find(({ label }) => label === 'program')?.code ?? ''
const samples = blocks.filter(({ label }) => label === 'sample').map(({ code }) => code)

const folder = mkdtempSync(join(tmpdir(), 'hookline-recipe-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The module that the code is, with the package in place of its name. */
async function load(code: string, name: string): Promise<Record<string, unknown>> {
  const source = pathToFileURL(join(root, 'src/index.ts')).href
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, code.replaceAll("from 'hookline'", `from '${source}'`))
  return await import(pathToFileURL(file).href)
}

test('the page has code of each kind', () => {
  expect(declarations).toHaveLength(5)
  expect(samples).toHaveLength(2)
  expect(program).toContain('hookline({')
})

describe.each(declarations.map(({ code }, index) => [index + 1, code] as const))(
  'declaration %i',
  (index, code) => {
    test('accepts what it signs, with its secret alone', async () => {
      // What the page exports under this name.
      const { acme } = (await load(code, `declaration-${index}`)) as {
        acme: CustomProvider<unknown>
      }
      const { secret } = acme.newSecrets()
      const now = 1_700_000_000
      const body = Buffer.from('{"id":"1","event":"a.b"}')
      const request = acme.request(body, { secret, now, id: '1', type: 'a.b' })
      expect(acme.verify(request, { secrets: [secret], now })).toMatchObject({ ok: true })
      expect(acme.verify(request, { secrets: [`${secret}x`], now })).toMatchObject({ ok: false })
    })
  },
)

test('the program does what its samples say, once, and refuses another token', async () => {
  const { default: app } = (await load(program, 'program')) as { default: Hookline }
  const token = 'a-token-of-more-than-sixteen-characters'
  const database = join(folder, 'glassfy.db')
  await app.start({ database, mode: 'test', log: silentLog, secretsOf: () => [token] })
  const send = (body: string, bearer = token) =>
    app.fetch(
      new Request('http://localhost/webhooks/glassfy', {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}` },
        body,
      }),
    )
  const subscription = () => app.doc('subscriptions/customer_133').get()
  const [renewed = '', ended = ''] = samples
  try {
    expect((await send(renewed, 'wrong')).status).toBe(400)
    expect(await (await send(renewed)).json()).toMatchObject({ duplicate: false })
    const until = 1_659_112_677_000
    const granted = { productid: 'ios_premium_weekly_1_99', until }
    await waitFor(async () => expect(await subscription()).toEqual(granted))
    expect(await (await send(ended)).json()).toMatchObject({ duplicate: false })
    await waitFor(async () => expect(await subscription()).toBeUndefined())
    expect(await (await send(renewed)).json()).toMatchObject({ duplicate: true })
  } finally {
    await app.stop()
  }
})
