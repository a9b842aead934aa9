import { createServer } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { providers } from '../providers/index.ts'
import { runCli, startCli, temporaryFolder } from './testing/cli-process.ts'

const directory = temporaryFolder()
const secret = `whsec_${'c'.repeat(32)}`

interface Received {
  readonly headers: [name: string, value: string][]
  readonly body: Uint8Array
}

const received: Received[] = []
const server = createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const headers = Object.entries(request.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  received.push({ headers, body: Buffer.concat(parts) })
  response.end('{}')
})
const port = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve(Object(server.address()).port))
})
afterAll(() => server.close())

test('alone it sends events signed with the secret of the environment, until SIGTERM', async () => {
  const to = `http://127.0.0.1:${port}/webhooks/stripe`
  const sandbox = startCli(['sandbox', '--port', '0', '--to', to], {
    directory,
    environment: { STRIPE_WEBHOOK_SECRET: secret },
  })
  const [, url = ''] = await sandbox.printed(/The sandbox is at (\S+) and sends to/)
  const type = 'customer.created'
  const sent = await runCli(['trigger', 'stripe', type, '--sandbox-url', url], { directory })
  expect(sent.code).toBe(0)
  expect(received).toHaveLength(1)
  for (const { headers, body } of received) {
    const now = Math.floor(Date.now() / 1_000)
    const verify = (secrets: readonly string[]) =>
      providers.stripe.verify({ method: 'POST', url: to, headers, body }, { secrets, now })
    expect(await verify([secret])).toMatchObject({ ok: true, type })
    expect(await verify([`whsec_${'d'.repeat(32)}`])).toMatchObject({ ok: false })
  }
  process.kill(sandbox.pid, 'SIGTERM')
  const { code, stdout, stderr } = await sandbox.ended
  expect(code).toBe(0)
  expect(stdout + stderr + sent.stdout).not.toContain(secret)
})

test('it sends to this machine only', async () => {
  const args = ['sandbox', '--port', '0', '--to', 'http://example.com/webhooks/stripe']
  const { code, stderr } = await runCli(args, { directory })
  expect(stderr).toMatch(/^hookline: The sandbox can not send to http:\/\/example\.com.*\n$/)
  expect(code).toBe(1)
})
