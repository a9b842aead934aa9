/** Runs the code of docs/learn/calls.md against a pretend API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ApiDefinition } from 'hookline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openai, stripe } from '../../src/index.ts'
import { limitsDefault, makeApi } from '../../src/proxy/api.ts'
import { budgetDefault } from '../../src/proxy/budget.ts'
import { type CallApp, startCallApp } from '../calls/call-app.ts'
import { startUpstream, type Upstream } from '../calls/upstream.ts'
import { codeBlocks, root } from './code-blocks.ts'

const blocks = codeBlocks('learn/calls.md')
const codeOf = (label: string) => blocks.find((block) => block.label === label)?.code ?? ''
const folder = mkdtempSync(join(tmpdir(), 'hookline-calls-page-'))
let upstream: Upstream
let started: CallApp

beforeAll(async () => {
  upstream = await startUpstream()
  const local = { key: 'sk-test-0123456789', baseUrl: upstream.url, allowAddresses: ['127.0.0.1'] }
  const allow = ['POST /v1/chat/completions']
  started = await startCallApp({
    apis: { openai: openai({ ...local, allow }), stripe: stripe(local) },
  })
})
afterAll(async () => {
  await started.stop()
  await upstream.close()
  rmSync(folder, { recursive: true })
})

/** The module that the code is, with the package in place of its name. */
async function load(code: string, name: string): Promise<Record<string, unknown>> {
  const source = pathToFileURL(join(root, 'src/index.ts')).href
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, code.replaceAll("from 'hookline'", `from '${source}'`))
  return await import(pathToFileURL(file).href)
}

/** Runs lines that use `app`, and gives what they named. */
async function run(label: string, name: string): Promise<unknown> {
  const { make } = await load(
    `export const make = async (app) => {\n${codeOf(label)}\nreturn ${name} }`,
    label,
  )
  return await (make as (app: unknown) => Promise<unknown>)(started.app) // as it was written above
}

test('the program of the page makes an app', async () => {
  const app = (await load(codeOf('program'), 'program')).default
  expect(app).toMatchObject({ call: expect.any(Function), fetchFor: expect.any(Function) })
})

test('the API of the page can be called', async () => {
  const { maps } = await load(codeOf('api'), 'api')
  const made = makeApi('maps', maps as ApiDefinition, { mode: 'live' }) // what the page exports
  expect(made.rules).toHaveLength(1)
  expect(made.baseUrl.host).toBe('maps.example.com')
})

test('the token of the page calls what the page allows', async () => {
  const headers = { authorization: `Bearer ${await run('token', 'token')}` }
  const url = `${started.url}/call/openai/v1/chat/completions`
  expect((await fetch(url, { method: 'POST', headers })).status).toBe(200)
})

test('the calls of the page are made', async () => {
  expect(await run('code', 'charge')).toMatchObject({ status: 200 })
  expect(upstream.reached.at(-1)).toMatchObject({
    url: '/v1/charges',
    headers: { 'idempotency-key': 'order-1' },
  })
})

test('the page tells the limits as they are', () => {
  const mib = 1_048_576
  expect(limitsDefault).toEqual({
    requestBytesMax: 25 * mib,
    responseBytesMax: 100 * mib,
    connectMs: 5_000,
    firstByteMs: 120_000,
    idleMs: 60_000,
    totalMs: 600_000,
  })
  const { requests, bytes, windowSeconds, concurrent } = budgetDefault
  expect([requests, bytes, windowSeconds, concurrent]).toEqual([60, 50 * mib, 60, 8])
})
