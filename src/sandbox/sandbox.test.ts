import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts'

const publicUrl = 'http://127.0.0.1:4601'
const endpoint = {
  provider: 'stripe' as const,
  url: 'http://127.0.0.1:4600/webhooks/stripe',
  secret: 'whsec_sandbox_test_secret_0123456789',
}

let send: ReturnType<typeof vi.fn<typeof fetch>>
beforeEach(() => {
  send = vi.fn<typeof fetch>(async () => new Response(null, { status: 500 }))
})
afterEach(() => void vi.useRealTimers())

function sandboxWith(options: Partial<SandboxOptions> = {}): Sandbox {
  return createSandbox({
    publicUrl,
    endpoints: [endpoint],
    clock: systemClock,
    log: silentLog,
    send,
    ...options,
  })
}

function createCustomer(sandbox: Sandbox): Promise<Response> {
  const headers = { authorization: 'Bearer sk_test_1' }
  return sandbox.fetch(new Request(`${publicUrl}/v1/customers`, { method: 'POST', headers }))
}

function secretsUsed(): (string | null)[] {
  return send.mock.calls.map(([, init]) => new Headers(init?.headers).get('stripe-signature'))
}

test('the page at / says what this is and where events go, and shows no secret', async () => {
  const response = await sandboxWith().fetch(new Request(publicUrl))
  const page = await response.text()
  expect(response.headers.get('content-type')).toContain('text/html')
  expect(page).toContain('SANDBOX')
  expect(page).toContain(endpoint.url)
  expect(page).not.toContain('whsec_')
})

test.each(['https://example.com/webhooks/stripe', 'http://10.1.2.3/', 'mailto:a@example.com'])(
  'an endpoint at %s is refused from the start',
  (url) => {
    const make = () => sandboxWith({ endpoints: [{ ...endpoint, url }] })
    expect(make).toThrow(HooklineError)
    expect(make).toThrow('This machine only'.toLowerCase())
    const sandbox = sandboxWith()
    expect(() => sandbox.setEndpoints([{ ...endpoint, url }])).toThrow('this machine only')
  },
)

test('nothing is sent but to the endpoints', async () => {
  await createCustomer(sandboxWith())
  expect(send.mock.calls.map(([url]) => url)).toEqual([endpoint.url])
})

test('a retry uses the secret that the endpoint has by then', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  const sandbox = sandboxWith({ clock: { now: () => 1_700_000_000_000 }, random: () => 0.5 })
  await createCustomer(sandbox)
  sandbox.setEndpoints([{ ...endpoint, secret: 'whsec_another_secret_0123456789ab' }])
  await vi.advanceTimersByTimeAsync(1_100)
  const [first, second, ...more] = secretsUsed()
  expect(first).toMatch(/^t=1700000000,v1=/)
  expect(second).toMatch(/^t=1700000000,v1=/)
  expect(second).not.toBe(first)
  expect(more).toEqual([])
})

test('a source that is gone gets nothing more', async () => {
  vi.useFakeTimers()
  const sandbox = sandboxWith()
  await createCustomer(sandbox)
  sandbox.setEndpoints([])
  await vi.advanceTimersByTimeAsync(86_400_000)
  await createCustomer(sandbox)
  expect(send).toHaveBeenCalledTimes(1)
})

test('after it was stopped it sends nothing', async () => {
  vi.useFakeTimers()
  const sandbox = sandboxWith()
  await createCustomer(sandbox)
  await sandbox.stop()
  await vi.advanceTimersByTimeAsync(86_400_000)
  expect(send).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})
