/**
 * A page that calls OpenAI through this server, in a real browser: the tokens arrive one by one,
 * and the key is nowhere. The search is proven by a proxy that does not scrub.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { openai } from '../../src/index.ts'
import { launchChromium } from '../chromium.ts'
import { adminKey } from '../seams.ts'
import { type CallApp, startCallApp } from './call-app.ts'
import { leakingProxy } from './leaking-proxy.ts'
import { type PretendOpenAI, startPretendOpenAI, words } from './pretend-openai.ts'
import { soon } from './soon.ts'
import { type Watched, watchPage } from './watched-page.ts'

const key = 'sk-proj-Aa0123456789bcdefghijXYZ'
let browser: Browser
let page: Page
let pretend: PretendOpenAI
let started: CallApp
let watched: Watched

/** It calls with the client that the server hands out, and shows what it gets as it comes. */
const html = (token: string) => `<!doctype html><title>Chat</title><p></p><script type="module">
  import { connect } from '/client/index.js'
  const line = connect('', { token: '${token}' })
  window.ask = async (options) => {
    const answer = await line.call('openai', '/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'x', messages: [], ...options }),
    })
    window.answered = answer
    if (!options.stream) return (window.lastText = await answer.text())
    const decoder = new TextDecoder()
    const reader = answer.body.getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      for (const line of decoder.decode(piece.value).split('\\n\\n')) {
        if (!line.startsWith('data: {')) continue
        const { choices } = JSON.parse(line.slice('data: '.length))
        document.querySelector('p').textContent += choices[0].delta.content
      }
    }
    document.title = 'done'
  }
</script>`

beforeAll(async () => {
  browser = await launchChromium(inject('chromium'))
  pretend = await startPretendOpenAI(key)
  started = await startCallApp({
    apis: {
      openai: openai({
        allow: ['POST /v1/chat/completions'],
        key,
        baseUrl: pretend.upstream.url,
        allowAddresses: ['127.0.0.1'],
      }),
    },
    fallback: async () => {
      const token = await started.app.token({ sub: 'u_1', apis: ['openai'] })
      return new Response(html(token), { headers: { 'content-type': 'text/html' } })
    },
  })
})
afterAll(async () => {
  await browser.close()
  await started.stop()
  await pretend.upstream.close()
})
beforeEach(async () => {
  pretend.echoesKey = false
  page = await (await browser.newContext()).newPage()
  watched = watchPage(page)
})

async function open(url: string): Promise<void> {
  await page.goto(`${url}/chat`)
  await page.waitForFunction('window.ask !== undefined')
}

const shown = () => page.textContent('p')
const ask = (options: object) => page.evaluate(`window.ask(${JSON.stringify(options)})`)

test('the tokens arrive one by one: each is let go when the one before is shown', async () => {
  await open(started.url)
  const asked = ask({ stream: true })
  await soon(() => pretend.streams()).toBe(1)
  let text = ''
  for (const word of words) {
    expect(await shown()).toBe(text)
    pretend.release()
    text += word
    await soon(shown).toBe(text)
  }
  expect(await page.title()).toBe('Chat')
  pretend.release()
  await asked
  expect(await page.title()).toBe('done')
  await soon(async () => (await started.calls())[0]).toMatchObject({
    outcome: 'answered',
    sub: 'u_1',
  })
})

test('a page that closes its stream ends it at the API', async () => {
  await open(started.url)
  const before = pretend.upstream.left
  const asked = ask({ stream: true }).catch(() => {})
  await soon(() => pretend.streams()).toBe(2)
  await page.close()
  await asked
  await soon(() => pretend.upstream.left).toBe(before + 1)
})

test('the key is nowhere: in page, scripts, network, storage and log', async () => {
  pretend.echoesKey = true
  await open(started.url)
  expect(await ask({})).toContain('*'.repeat(key.length))
  expect(pretend.upstream.reached.at(-1)?.headers.authorization).toBe(`Bearer ${key}`)
  const headers = { authorization: `Bearer ${adminKey}` }
  const admin = await Promise.all(
    ['calls', 'sources', 'stats', 'openapi.json'].map(async (path) =>
      (await fetch(`${started.url}/api/v1/${path}`, { headers })).text(),
    ),
  )
  const places = {
    ...(await watched.places()),
    log: started.logged.join('\n'),
    admin: admin.join(),
  }
  // Where nothing was kept, nothing could be found.
  expect(places.network).toContain('/call/openai/v1/chat/completions')
  expect(places.network).toContain('chatcmpl_1')
  expect(places.scripts).toContain('export function connect')
  expect(holding(places)).toEqual([])
})

test('and the same search finds it behind a proxy that does not scrub', async () => {
  pretend.echoesKey = true
  const leaking = await leakingProxy({ front: started.url, upstream: pretend.upstream.url, key })
  try {
    await open(leaking.url)
    expect(await ask({})).toContain(key)
    expect(holding(await watched.places())).toEqual(['network', 'page'])
  } finally {
    await leaking.close()
  }
})

function holding(places: object): string[] {
  const forms = [key, encodeURIComponent(key), Buffer.from(key).toString('hex')]
  const found = Object.entries(places).filter(([, text]) => forms.some((f) => text.includes(f)))
  return found.map(([place]) => place).sort()
}
