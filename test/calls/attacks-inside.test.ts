/** Calls that want to reach into the network of the server. What they get says nothing about it. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { api } from '../../src/index.ts'
import { adminKey } from '../seams.ts'
import { type CallApp, startCallApp } from './call-app.ts'
import { soon } from './soon.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const allow = ['GET /**']
let inside: Upstream
let started: CallApp
let headers: Record<string, string>

beforeAll(async () => {
  inside = await startUpstream()
  const open = { allow, key: 'key-0123456789', keyName: 'UNUSED' }
  started = await startCallApp({
    apis: {
      named: api({ ...open, baseUrl: `https://localhost:${inside.port}` }),
      // By http, and by an address that is not the allowed one: each is judged by itself.
      other: api({
        ...open,
        baseUrl: `http://localhost:${inside.port}`,
        allowAddresses: ['127.0.0.9'],
      }),
      rotated: api({
        allow,
        keyName: 'ROTATED_KEY',
        baseUrl: inside.url,
        allowAddresses: ['127.0.0.1'],
      }),
    },
  })
  const apis = ['named', 'other', 'rotated']
  headers = { authorization: `Bearer ${await started.app.token({ sub: 'u_1', apis })}` }
})
afterAll(async () => {
  await started.stop()
  await inside.close()
})
beforeEach(() => {
  inside.reached.length = 0
})

test.each(['named', 'other'])('a name that leads inside is refused: %s', async (name) => {
  const answer = await fetch(`${started.url}/call/${name}/latest/meta-data`, { headers })
  expect(answer.status).toBe(502)
  const text = await answer.text()
  expect(text).toContain('egress_refused')
  expect(text).not.toMatch(/localhost|127\.0\.0|ECONN/)
  expect(started.logged.join('\n')).toContain('localhost')
  expect(inside.reached).toEqual([])
  const [call] = await started.calls(`api=${name}&limit=1`)
  expect(call).toMatchObject({ status: null, outcome: 'failed', path: '/latest/meta-data' })
})

test('a key of the vault is used as it is at each call, without a restart', async () => {
  const url = `${started.url}/api/v1/keys/ROTATED_KEY`
  const put = (value: string) =>
    fetch(url, {
      method: 'PUT',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ value }),
    })
  const call = () => fetch(`${started.url}/call/rotated/x`, { headers })
  expect((await call()).status).toBe(503)
  for (const value of ['first-key-0123456789abcdef', 'second-key-0123456789abcde']) {
    expect((await put(value)).status).toBe(200)
    await soon(async () => {
      await call()
      return inside.reached.at(-1)?.headers.authorization
    }).toBe(`Bearer ${value}`)
  }
  expect(started.logged.join('\n')).not.toMatch(/(first|second)-key/)
})
