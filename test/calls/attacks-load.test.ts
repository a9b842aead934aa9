/** More than there should be: bodies that are too large or too slow, and calls beyond a budget. */
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { attackedApp } from './attacked-app.ts'
import { rawText, statusOf } from './raw-request.ts'
import { soon } from './soon.ts'

const attacked = attackedApp()

describe('a body is refused that', () => {
  test('announces more than the limit: the API is not even called', async () => {
    const body = 'a'.repeat(2_001)
    const { status } = await attacked.send({ api: 'tight', body })
    expect(status).toBe(413)
    expect(attacked.upstream.reached).toEqual([])
  })

  test('announces more than there can be', async () => {
    const lines = ['Content-Length: 99999999999999']
    expect((await attacked.sendRaw({ lines })).status).toBe(413)
  })

  test('grows past the limit without having announced it', async () => {
    const piece = `3e8\r\n${'a'.repeat(1_000)}\r\n`
    const target = '/call/tight/v1/chat/completions'
    const lines = ['Transfer-Encoding: chunked']
    const { status } = await attacked.sendRaw({
      target,
      lines,
      body: `${piece.repeat(3)}0\r\n\r\n`,
    })
    expect(status).toBe(413)
    expect(attacked.upstream.reached).toEqual([])
  })

  test('stalls: the call is ended, and the API does not wait for it', async () => {
    const target = '/call/tight/v1/chat/completions'
    const lines = ['Content-Length: 100']
    const { status } = await attacked.sendRaw({ target, lines, body: '{"a":' })
    expect(status).toBe(504)
    expect(attacked.upstream.reached).toEqual([])
  })

  test('is limited to what one at the limit is not', async () => {
    expect((await attacked.send({ api: 'tight', body: 'a'.repeat(2_000) })).status).toBe(200)
  })
})

describe('a budget', () => {
  const tokenOf = async (sub: string, budget: object) => {
    const token = await attacked.started.app.token({ sub, apis: { openai: budget } })
    return { authorization: `Bearer ${token}` }
  }

  test('of calls ends, and a new token of the same user is no new budget', async () => {
    const budget = { requests: 2, windowSeconds: 3_600 }
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) {
      statuses.push((await attacked.send({ headers: await tokenOf('u_calls', budget) })).status)
    }
    expect(statuses).toEqual([200, 200, 429, 429])
    expect(attacked.upstream.reached).toHaveLength(2)
    const refused = await attacked.send({ headers: await tokenOf('u_calls', budget) })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000)
    expect((await attacked.send({ headers: await tokenOf('u_other', budget) })).status).toBe(200)
  })

  test('of bytes ends an answer that goes on and on', async () => {
    attacked.upstream.answer = (response) => response.end('a'.repeat(5_000))
    const headers = await tokenOf('u_bytes', { bytes: 1_000 })
    expect(await (await attacked.send({ headers })).text()).toContain('broke off')
    expect((await attacked.send({ headers })).status).toBe(429)
  })

  test('of calls at one time is free again when they end, or their caller leaves', async () => {
    const headers = await tokenOf('u_many', { concurrent: 1, requests: 100 })
    attacked.upstream.answer = (response) => response.write('{')
    const leaving = new AbortController()
    const url = `${attacked.url}/call/openai/v1/chat/completions`
    await fetch(url, { method: 'POST', headers, signal: leaving.signal })
    expect((await attacked.send({ headers })).status).toBe(429)
    leaving.abort()
    attacked.upstream.answer = (response) => response.end('{}')
    await soon(async () => (await attacked.send({ headers })).status).toBe(200)
  })
})

test('a hundred streams are open at one time, and none waits for another', async () => {
  const open: { end(text: string): void }[] = []
  attacked.upstream.answer = (response) => {
    response.write('{')
    open.push(response)
  }
  const headers = { authorization: `Bearer ${attacked.token()}` }
  const url = `${attacked.url}/call/openai/v1/chat/completions`
  const calls = Array.from({ length: 100 }, () => fetch(url, { method: 'POST', headers }))
  const answers = await Promise.all(calls)
  expect(open).toHaveLength(100)
  for (const response of open) response.end('}')
  expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(Array(100).fill('{}'))
})

test('a caller that leaves is followed to the API at once', async () => {
  attacked.upstream.answer = (response) => response.write('{')
  const before = attacked.upstream.left
  const leaving = new AbortController()
  const headers = { authorization: `Bearer ${attacked.token()}` }
  const url = `${attacked.url}/call/openai/v1/chat/completions`
  await fetch(url, { method: 'POST', headers, signal: leaving.signal })
  expect(attacked.upstream.left).toBe(before)
  leaving.abort()
  await soon(() => attacked.upstream.left).toBe(before + 1)
  await soon(async () => (await attacked.started.calls('limit=1'))[0]).toMatchObject({
    outcome: 'cancelled',
    status: 200,
    sub: 'u_1',
  })
})

test('a caller that leaves before the API answers is followed too', async () => {
  attacked.upstream.answer = () => {}
  const before = attacked.upstream.left
  const socket = connect(Number(new URL(attacked.url).port), '127.0.0.1')
  socket.write(rawText({ token: attacked.token() }))
  await soon(() => attacked.upstream.reached.length).toBe(1)
  socket.destroy()
  await soon(() => attacked.upstream.left).toBe(before + 1)
})

test('a caller that reads nothing makes the API wait, and the server keeps little', async () => {
  let written = 0
  attacked.upstream.answer = (response) => {
    const piece = Buffer.alloc(65_536, 'a')
    const write = () => {
      let isTaken = true
      while (isTaken && written < 100_000_000) {
        isTaken = response.write(piece)
        written += piece.byteLength
      }
    }
    response.on('drain', write)
    write()
  }
  const socket = connect(Number(new URL(attacked.url).port), '127.0.0.1')
  socket.pause()
  socket.write(rawText({ token: attacked.token() }))
  await soon(() => written).toBeGreaterThan(0)
  let before = -1
  await soon(() => {
    const isStill = written === before
    before = written
    return isStill
  }, 300).toBe(true)
  expect(written).toBeLessThan(30_000_000)
  socket.destroy()
})

test('the answer to one refused is whole, though its body was not read', async () => {
  const body = 'a'.repeat(200_000)
  const { status, text } = await attacked.sendRaw({ target: '/call/openai/v1/nowhere', body })
  expect(status).toBe(403)
  expect(text).toContain('call_refused')
  expect(statusOf(text)).toBe(403)
})
