import { request as httpRequest } from 'node:http'
import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningSandbox, sdkFor, startSandbox } from '../testing/start-sandbox.ts'
import { formBytesMax } from './api.ts'
import { repliesMax } from './state.ts'

let running: RunningSandbox
beforeAll(async () => {
  running = await startSandbox()
})
afterAll(() => running.stop())

const key = { authorization: 'Bearer sk_test_1' }

function port(): number {
  return Number(new URL(running.url).port)
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return fetch(`${running.url}${path}`, {
    method: 'POST',
    headers: { ...key, ...type, ...headers },
    body,
  })
}

async function errorOf(response: Response): Promise<Record<string, unknown>> {
  const { error } = (await response.json()) as { error: Record<string, unknown> }
  return error
}

describe('authentication', () => {
  test('a test key is accepted as a bearer token and as a basic user name', async () => {
    const basic = { authorization: `Basic ${Buffer.from('sk_test_1:').toString('base64')}` }
    for (const headers of [key, basic]) {
      expect((await fetch(`${running.url}/v1/customers`, { headers })).status).toBe(200)
    }
  })

  test.each([
    ['sk_live_abcdefgh', 'livemode_mismatch'],
    ['rk_live_abcdefgh', 'livemode_mismatch'],
    ['pk_test_abcdefgh', 'secret_key_required'],
    ['sk_test_', undefined],
    ['anything', undefined],
  ])('the key %s is refused with 401, and not repeated', async (apiKey, code) => {
    const thrown = await sdkFor(port(), apiKey)
      .customers.list()
      .catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    expect(thrown).toMatchObject({ statusCode: 401, code, rawType: 'invalid_request_error' })
    const { message } = thrown as Error
    expect(message).not.toContain('abcdefgh')
  })

  test('no key at all is refused with 401', async () => {
    const response = await fetch(`${running.url}/v1/customers`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Stripe"')
    expect(await errorOf(response)).toMatchObject({ type: 'invalid_request_error' })
  })
})

describe('idempotency keys', () => {
  test('the same call again gets the first answer and does nothing', async () => {
    const options = { idempotencyKey: 'key_same' }
    const params = { amount: 999, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' }
    const first = await running.stripe.paymentIntents.create(params, options)
    const second = await running.stripe.paymentIntents.create(params, options)
    expect(second).toEqual(first)
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId)
    expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId)
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    const { data } = await running.stripe.events.list({ type: 'payment_intent.succeeded' })
    expect(data.filter(({ request }) => request?.idempotency_key === 'key_same')).toHaveLength(1)
  })

  test('the same key with other parameters is refused', async () => {
    const options = { idempotencyKey: 'key_other' }
    await running.stripe.customers.create({ name: 'Ann' }, options)
    const refused = running.stripe.customers.create({ name: 'Bob' }, options)
    await expect(refused).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
    const { data } = await running.stripe.customers.list()
    expect(data.map(({ name }) => name)).not.toContain('Bob')
  })

  test('the same key on another path is refused', async () => {
    const options = { idempotencyKey: 'key_path' }
    await running.stripe.customers.create({}, options)
    const refused = running.stripe.paymentIntents.create({ amount: 1, currency: 'usd' }, options)
    await expect(refused).rejects.toMatchObject({ rawType: 'idempotency_error', statusCode: 400 })
  })

  test('a declined card is kept and charged once', async () => {
    const options = { idempotencyKey: 'key_declined' }
    const params = {
      amount: 999,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_chargeDeclined',
    }
    const create = () => running.stripe.paymentIntents.create(params, options)
    const errors = [await create().catch(String), await create().catch(String)]
    expect(errors[0]).toContain('Your card was declined.')
    expect(errors[1]).toBe(errors[0])
    const { data } = await running.stripe.events.list({ type: 'charge.failed' })
    expect(data.filter(({ request }) => request?.idempotency_key === 'key_declined')).toHaveLength(
      1,
    )
  })

  test('a call refused for its parameters may be tried again with the same key', async () => {
    const options = { idempotencyKey: 'key_again' }
    await expect(
      running.stripe.paymentIntents.create({ amount: 0, currency: 'usd' }, options),
    ).rejects.toMatchObject({ param: 'amount' })
    const intent = await running.stripe.paymentIntents.create(
      { amount: 5, currency: 'usd' },
      options,
    )
    expect(intent.amount).toBe(5)
  })

  test('a key that is too long is refused', async () => {
    const response = await post('/v1/customers', '', { 'idempotency-key': 'k'.repeat(256) })
    expect(response.status).toBe(400)
  })

  test('answers are kept up to a limit, the oldest goes first', async () => {
    const send = (name: string) => post('/v1/customers', 'name=Ann', { 'idempotency-key': name })
    const first = (await (await send('key_oldest')).json()) as { id: string }
    for (let i = 0; i < repliesMax; i++) {
      const headers = { ...key, 'idempotency-key': `key_${i}` }
      const request = new Request(`${running.url}/v1/customers`, { method: 'POST', headers })
      await running.sandbox.fetch(request)
    }
    const again = await send('key_oldest')
    expect(again.headers.get('idempotent-replayed')).toBeNull()
    expect(((await again.json()) as { id: string }).id).not.toBe(first.id)
  })
})

describe('requests that are not understood', () => {
  test('an unknown path is a 404 in the shape of the API', async () => {
    const response = await fetch(`${running.url}/v1/unicorns`, { headers: key })
    expect(response.status).toBe(404)
    expect(response.headers.get('request-id')).toMatch(/^req_/)
    expect(await errorOf(response)).toMatchObject({ type: 'invalid_request_error' })
  })

  test.each([
    ['/v1/payment_intents', 'currency=usd', 'amount', 'parameter_missing'],
    ['/v1/payment_intents', 'amount=999', 'currency', 'parameter_missing'],
    ['/v1/payment_intents', 'amount=9.99&currency=usd', 'amount', 'parameter_invalid_integer'],
    ['/v1/payment_intents', 'amount=-1&currency=usd', 'amount', 'parameter_invalid_integer'],
    ['/v1/payment_intents', 'amount=1e3&currency=usd', 'amount', 'parameter_invalid_integer'],
    ['/v1/payment_intents', 'amount[x]=1&currency=usd', 'amount', 'parameter_invalid'],
    ['/v1/payment_intents', 'amount=1&currency=zzz', 'currency', 'parameter_invalid_string'],
    [
      '/v1/payment_intents',
      'amount=1&currency=usd&confirm=yes',
      'confirm',
      'parameter_invalid_boolean',
    ],
    [
      '/v1/payment_intents',
      'amount=1&currency=usd&confirm=true',
      'payment_method',
      'parameter_missing',
    ],
    ['/v1/payment_intents', 'amount=1&currency=usd&customer=cus_x', 'customer', 'resource_missing'],
    ['/v1/customers', 'metadata[a][b]=c', 'metadata[a]', 'metadata_invalid'],
    [
      '/v1/customers',
      `metadata[${'k'.repeat(41)}]=c`,
      `metadata[${'k'.repeat(41)}]`,
      'metadata_invalid',
    ],
    ['/v1/customers', `metadata[k]=${'v'.repeat(501)}`, 'metadata[k]', 'metadata_invalid'],
    ['/v1/customers', 'a[b=1', 'a[b', 'parameter_invalid'],
    ['/v1/checkout/sessions', 'mode=subscription', 'mode', 'sandbox_unsupported'],
  ])('%s with %s names %s', async (path, body, param, code) => {
    const response = await post(path, body)
    expect(response.status).toBe(400)
    expect(await errorOf(response)).toMatchObject({ type: 'invalid_request_error', param, code })
  })

  test('a field named __proto__ changes nothing', async () => {
    const response = await post(
      '/v1/customers',
      '__proto__[name]=Eve&metadata[__proto__]=x&name=Ann',
    )
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({ name: 'Ann' })
    expect(text).toContain('"__proto__": "x"')
    expect(({} as { name?: unknown }).name).toBeUndefined()
  })

  test('a body that is not a form, not UTF-8 or too large is refused', async () => {
    const json = await post('/v1/customers', '{"name":"Ann"}', {
      'content-type': 'application/json',
    })
    expect(json.status).toBe(400)
    const headers = { ...key, 'content-type': 'application/x-www-form-urlencoded' }
    const bad = { method: 'POST', headers, body: new Uint8Array([0x61, 0x3d, 0xff]) }
    expect((await fetch(`${running.url}/v1/customers`, bad)).status).toBe(400)
    const large = await post('/v1/customers', `name=${'x'.repeat(formBytesMax)}`)
    expect(large.status).toBe(413)
    expect(await errorOf(large)).toMatchObject({ type: 'invalid_request_error' })
  })
})

describe("under Stripe's own host name", () => {
  function status(path: string): Promise<number> {
    const headers = { ...key, host: 'api.stripe.com' }
    return new Promise((resolve, reject) => {
      httpRequest(`${running.url}${path}`, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
  }

  test('the API is answered, and nothing but the API', async () => {
    expect(await status('/v1/customers')).toBe(200)
    expect(await status('/')).toBe(404)
    expect(await status('/_sandbox/log')).toBe(404)
  })
})
