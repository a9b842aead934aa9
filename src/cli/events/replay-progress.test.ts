import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startCli, temporaryFolder } from '../testing/cli-process.ts'
import { until } from '../testing/until.ts'

const key = 'an-admin-key-of-32-characters-000'
const job = {
  id: 'rpl_1',
  state: 'running',
  matched: 5_000,
  filter: {},
  handlers: null,
  createdAt: '2026-01-31T00:00:00.000Z',
}

/** A server with one long replay, which goes on by 10 each time that it is asked. */
async function slowServer() {
  const replay = { asked: 0, isDone: false }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => {
      body += text
    })
    request.on('end', () => {
      const isCount = request.method === 'POST' && JSON.parse(body).dryRun === true
      if (request.method === 'GET') replay.asked++
      const running = { ...job, replayed: 3_000 + replay.asked * 10 }
      const view = replay.isDone ? { ...job, state: 'done', replayed: 5_000 } : running
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(isCount ? { matched: job.matched } : view))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  return { replay, url: `http://127.0.0.1:${port}` }
}

function startReplay(url: string) {
  return startCli(['events', 'replay', '--all', '--yes', '--json', '--url', url], {
    directory: temporaryFolder(),
    environment: { HOOKLINE_ADMIN_KEY: key },
  })
}

test('a pipe gets plain lines while a replay runs, beside a result that is clean', async () => {
  const { replay, url } = await slowServer()
  const command = startReplay(url)
  await command.printed(/\n/)
  replay.isDone = true
  const { code, stdout, stderr } = await command.ended
  expect([code, JSON.parse(stdout).replayed]).toEqual([0, 5_000])
  const line = /^6\d %, 3,\d{3} of 5,000 events, \d+\/s, about \d+ \w+ left\n$/
  expect(stderr).toMatch(line)
}, 60_000)

test('who leaves a replay is told that it goes on', async () => {
  const { replay, url } = await slowServer()
  const command = startReplay(url)
  await until('it follows the replay', () => replay.asked > 0 || undefined)
  command.child.kill('SIGINT')
  const { code, stdout, stderr } = await command.ended
  expect([code, stdout, stderr]).toEqual([0, '', '\nThe replay rpl_1 goes on at the server.\n'])
})
