/**
 * Takes the pictures of the dashboard: `npm run screenshots`. Each page with real events of the
 * sandbox, light and dark, wide and narrow, into docs/images/dashboard.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../chromium.ts'
import { ensureBuilt } from './built.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/images/dashboard')
const cli = ['--conditions=hookline-source', join(root, 'src/cli/bin.ts')]
const anyPorts = ['--port', '0', '--sandbox-port', '0']
const readyMsMax = 60_000
/** For what moves to come to rest, and on the line for the dots to be on their way. */
const restMs = 700
const sampledMs = 65_000

const sent: readonly (readonly [type: string, times: number])[] = [
  ['customer.created', 3],
  ['payment_intent.succeeded', 8],
  ['invoice.payment_failed', 4],
  ['checkout.session.completed', 2],
  ['charge.refunded', 1],
  ['payment_intent.succeeded', 4],
]

/** The pages; a type in braces stands for the id of its newest event. */
const pages: readonly (readonly [name: string, path: string])[] = [
  ['line', ''],
  ['events', '/events'],
  ['event', '/events/{payment_intent.succeeded}'],
  ['event-failed', '/events/{invoice.payment_failed}'],
  ['dead-letters', '/failed'],
  ['replays', '/replays'],
  ['rejected', '/rejected'],
  ['sources', '/sources'],
  ['documents', '/documents'],
  ['document', '/documents/users/u_1'],
  ['keys', '/keys'],
  ['calls', '/calls'],
  ['health', '/health'],
  ['logs', '/logs'],
  ['audit', '/audit'],
]

const sizes = [
  { name: 'wide', width: 1280, height: 800 },
  { name: 'narrow', width: 360, height: 740 },
] as const

interface Server {
  readonly url: string
  readonly sandboxUrl: string
  readonly signInLink: string
}

await takeAll()

async function takeAll(): Promise<void> {
  await ensureBuilt()
  await mkdir(folder, { recursive: true })
  const directory = await mkdtemp(join(tmpdir(), 'hookline-pictures-'))
  const child = spawn(
    process.execPath,
    [...cli, 'dev', join(import.meta.dirname, 'demo/hookline.ts'), ...anyPorts, '--json'],
    { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const browser = await launchChromium()
  try {
    const server = await ready(child)
    await fill(server, directory)
    await takeEach(browser, server, directory)
  } finally {
    await browser.close()
    child.kill('SIGTERM')
    await once(child, 'close')
    await rm(directory, { recursive: true, force: true })
  }
}

function ready(child: ChildProcess): Promise<Server> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`The server was not ready within ${readyMsMax} ms.`))
    const timer = setTimeout(late, readyMsMax)
    child.once('close', (code) => reject(new Error(`The server ended (${code}).`)))
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      if (!line.includes('"event":"ready"')) return
      clearTimeout(timer)
      resolve(JSON.parse(line) as Server) // as `dev --json` prints it
    })
  })
}

async function fill(server: Server, directory: string): Promise<void> {
  for (const [type, times] of sent) await trigger(server, directory, type, times)
  const headers = { 'stripe-signature': `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}` }
  const forged = { method: 'POST', headers, body: '{"type":"payment_intent.succeeded"}' }
  await fetch(`${server.url}/webhooks/stripe`, forged)
  // What happened is written down once a minute, and the plots are made of that.
  await new Promise((resolve) => setTimeout(resolve, sampledMs))
}

async function trigger(server: Server, directory: string, type: string, times: number) {
  const options = ['--times', String(times), '--sandbox-url', server.sandboxUrl]
  await promisify(execFile)(process.execPath, [...cli, 'trigger', 'stripe', type, ...options], {
    cwd: directory,
  })
}

async function takeEach(browser: Browser, server: Server, directory: string): Promise<void> {
  const page = await browser.newPage()
  await page.goto(server.signInLink)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Line' }).waitFor()
  for (const { name: size, width, height } of sizes) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const [name, path] of pages) {
        await open(page, server, path)
        if (name === 'line') await sendAlong(server, directory)
        await page.waitForTimeout(restMs)
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) })
      }
    }
  }
}

/** One that fails first, so that its mark is there while the others still travel. */
async function sendAlong(server: Server, directory: string): Promise<void> {
  await trigger(server, directory, 'invoice.payment_failed', 1)
  await trigger(server, directory, 'payment_intent.succeeded', 3)
}

async function open(page: Page, server: Server, path: string): Promise<void> {
  const type = /\{(.+)\}/.exec(path)?.[1]
  const at = type === undefined ? path : `/events/${await newestId(page, type)}`
  await page.goto(`${server.url}/hookline/test${at}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
}

/** Asked by the page, which is signed in. */
async function newestId(page: Page, type: string): Promise<string> {
  return await page.evaluate(async (wanted) => {
    const response = await fetch(`/api/v1/events?limit=1&type=${wanted}`)
    const { data } = (await response.json()) as { data: { id: string }[] }
    return data[0]?.id ?? ''
  }, type)
}
