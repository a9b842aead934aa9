import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ExamineOptions, examine, type Report } from './examine.ts'
import { rules } from './rules.ts'
import { newProject, random, type TestProject } from './testing/project.ts'

const options: ExamineOptions = { isHistorySearched: true }
const planted = {
  code: `sk_live_${random(24)}`,
  history: `ghp_${random(36)}`,
  committed: `whsec_${random(32)}`,
  unignored: `whsec_${random(32)}`,
  bundle: `sk-proj-${random(64)}`,
  published: `re_${random(8)}_${random(24)}`,
  live: `rk_live_${random(24)}`,
  shared: `${random(40)}`,
}

/** One of each trap, each in a file of its own, and beside it the same done right. */
function plantTraps(project: TestProject): void {
  const { write } = project
  write('.gitignore', '.env\ndist/\nnode_modules/\n.hookline/\nkeys/\n.env.development\n')
  write('src/old.ts', `export const token = '${planted.history}'\n`)
  project.commit('Begin')
  write('src/old.ts', 'export const token = process.env.GITHUB_TOKEN\n')
  write('src/charge.ts', `\nconst stripe = new Stripe('${planted.code}')\n`)
  write('.env.production.local', `STRIPE_WEBHOOK_SECRET=${planted.committed}\n`)
  project.commit('Go on')
  write('.env.local', `CLERK_WEBHOOK_SECRET=${planted.unignored}\n`)
  write('dist/assets/index-a1.js', `fetch(u,{headers:{Authorization:"Bearer ${planted.bundle}"}})`)
  write('.env', `VITE_RESEND_API_KEY=${planted.published}\nSTRIPE_SECRET_KEY=${planted.live}\n`)
  write(
    '.env.development',
    `LINEAR_WEBHOOK_SECRET=\nGITHUB_WEBHOOK_SECRET=${planted.shared}\n` +
      `GITLAB_WEBHOOK_SECRET=${planted.shared}\n`,
  )
  write('keys/db.pem', `-----BEGIN PRIVATE KEY-----\n${random(64)}\n`, 0o644)
  write(
    'src/Ask.tsx',
    "'use client'\nexport const ask = (key: string) =>\n" +
      "  fetch('https://api.openai.com/v1/responses', { headers: { Authorization: key } })\n",
  )
  write(
    'src/server.ts',
    "import express from 'express'\nconst app = express()\napp.use(express.json())\n" +
      "app.post('/webhooks/stripe', (req, res) => {\n" +
      "  const event = stripe.webhooks.constructEvent(req.body, req.headers['a'], secret)\n" +
      '  res.json({ received: event.id })\n})\n',
  )
  write(
    'app/api/webhooks/clerk/route.ts',
    'export async function POST(request: Request) {\n' +
      '  const event = await request.json()\n' +
      "  if (event.type === 'user.created') await grant(event.data.id)\n" +
      "  return new Response('ok')\n}\n",
  )
  write(
    'hookline.ts',
    "import { hookline, stripe } from 'hookline'\n" +
      'export default hookline({\n  sources: { stripe: stripe() },\n' +
      '  retention: { eventsDays: Infinity },\n})\n',
  )
}

/** What looks like the traps above and is right. */
function plantGood(project: TestProject): void {
  const { write } = project
  write('.env.example', 'STRIPE_SECRET_KEY=sk_test_xxxxxxxxxxxxxxxxxxxxxxxx\nVITE_API_URL=\n')
  write('README.md', 'Set `STRIPE_SECRET_KEY` to your `sk_live_...` and `whsec_…`.\n')
  write(
    'src/right.ts',
    "import express from 'express'\nconst app = express()\n" +
      "app.post('/webhooks/stripe', express.raw({ type: '*/*' }), (req, res) => {\n" +
      "  const event = stripe.webhooks.constructEvent(req.body, req.headers['a'], secret)\n" +
      '  res.json({ received: event.id })\n})\napp.use(express.json())\n' +
      "app.post('/api/webhooks', createEndpoint)\n",
  )
  write(
    'app/api/webhooks/stripe/route.ts',
    'export async function POST(request: Request) {\n  const body = await request.text()\n' +
      "  const event = stripe.webhooks.constructEvent(body, request.headers.get('a'), secret)\n" +
      '  return Response.json({ received: event.type })\n}\n',
  )
  write(
    'src/ask-server.ts',
    "export const ask = () => fetch('https://api.openai.com/v1/responses', {\n" +
      '  headers: { Authorization: process.env.OPENAI_API_KEY },\n})\n',
  )
  write('src/Pay.tsx', `'use client'\nexport const key = 'pk_live_${random(24)}'\n`)
  write('keys/db.crt.pem', `-----BEGIN CERTIFICATE-----\n${random(64)}\n`, 0o644)
  write('node_modules/a/index.js', `const key = 'sk_live_${random(24)}'\n`)
}

describe('a project with one of each trap', () => {
  const project = newProject()
  let report: Report

  beforeAll(async () => {
    plantTraps(project)
    plantGood(project)
    const serverMs = Date.parse('2026-01-31T12:05:00.000Z')
    const time = { askedMs: serverMs - 301_000, answeredMs: serverMs - 300_000, serverMs }
    report = await examine(project.folder, {
      ...options,
      time: { url: 'http://127.0.0.1:4600', ...time },
    })
  })

  test('has all of them found, at their places, and nothing else', () => {
    const found = report.findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`)
    expect(found).toEqual([
      'key-in-code src/charge.ts:2',
      'key-in-history src/old.ts:1',
      'env-file-committed .env.production.local:0',
      'env-file-not-ignored .env.local:0',
      'key-in-bundle dist/assets/index-a1.js:1',
      'key-in-published-variable .env:1',
      'secret-api-in-browser src/Ask.tsx:3',
      'webhook-parsed-before-verified src/server.ts:5',
      'webhook-not-verified app/api/webhooks/clerk/route.ts:1',
      'live-key-outside-production .env:2',
      'secret-weak .env.development:1',
      'secret-shared .env.development:3',
      'file-open-to-others keys/db.pem:0',
      'clock-skew http://127.0.0.1:4600:0',
      'retention-endless hookline.ts:4',
    ])
  })

  test('is one for every rule', () => {
    expect(report.findings.map(({ rule }) => rule)).toEqual(Object.keys(rules))
  })

  test('shows no more of a secret than how all of its kind begin', () => {
    const text = JSON.stringify(report)
    for (const secret of Object.values(planted)) expect(text).not.toContain(secret.slice(-8))
    expect(text).toContain('Stripe live secret key (sk_live_…, 32 characters)')
  })

  test('names the commit that brought a key which is only in the history', () => {
    const first = project.git('rev-list', '--max-parents=0', '--abbrev-commit', 'HEAD').trim()
    const found = report.findings.find(({ rule }) => rule === 'key-in-history')
    expect(found?.commit).toBe(first)
  })

  test('and the history is left out where that is asked', async () => {
    const { findings, versions } = await examine(project.folder, { isHistorySearched: false })
    expect(findings.map(({ rule }) => rule)).not.toContain('key-in-history')
    expect(versions).toBe(0)
  })
})

describe('the history', () => {
  const keys = Array.from({ length: 6 }, () => `npm_${random(36)}`)

  function project(): TestProject {
    const made = newProject()
    for (const [count, key] of keys.entries()) {
      made.write('src/a.ts', `const key = '${key}' // ${count}\n`)
      made.commit(`Change ${count}`)
    }
    made.write('src/a.ts', 'const key = process.env.KEY\n')
    made.commit('Take it out')
    return made
  }

  test('is searched in all branches, tags and stashes', async () => {
    const made = newProject()
    made.write('a.txt', 'one\n')
    made.commit('Begin')
    made.git('checkout', '--quiet', '-b', 'other')
    made.write('b.txt', `npm_${random(36)}\n`)
    made.commit('Add')
    made.git('checkout', '--quiet', '-')
    made.write('a.txt', `hf_${random(34)}\n`)
    made.git('stash', '--quiet')
    const { findings } = await examine(made.folder, options)
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual([
      ['key-in-history', 'a.txt'],
      ['key-in-history', 'b.txt'],
    ])
  })

  test('is found whole, a key once', async () => {
    const { findings } = await examine(project().folder, options)
    expect(findings).toHaveLength(keys.length)
  })

  test('that is over a limit is cut off, and that is said', async () => {
    const limits = { versionsMax: 3, bytesMax: 1e6, findingsMax: 100 }
    const { findings, notes } = await examine(project().folder, { ...options, limits })
    // The newest come first, and the newest of all holds no key.
    expect(findings).toHaveLength(2)
    expect(notes.join()).toContain('The history was cut off: 4 old versions were not read.')
  })

  test('of a shallow clone is said to be cut off', async () => {
    const from = project()
    const clone = newProject({ isRepository: false })
    clone.git('clone', '--quiet', '--depth', '1', `file://${from.folder}`, 'clone')
    const { notes } = await examine(join(clone.folder, 'clone'), options)
    expect(notes.join()).toContain('The clone is shallow')
  })

  test('that is not there is said, and files are looked at all the same', async () => {
    const made = newProject({ isRepository: false })
    made.write('a.ts', `const key = 'sk_live_${random(24)}'\n`)
    const { findings, notes } = await examine(made.folder, options)
    expect(findings.map(({ rule }) => rule)).toEqual(['key-in-code'])
    expect(notes.join()).toContain('no git repository')
  })
})

describe('a finding that is accepted', () => {
  const key = `sk_live_${random(24)}`
  const text = `const key = '${key}'\n`

  async function rulesOf(project: TestProject): Promise<{ open: string[]; stand: string[] }> {
    const { findings, accepted } = await examine(project.folder, options)
    return { open: findings.map(({ rule }) => rule), stand: accepted.map(({ rule }) => rule) }
  }

  test('stands by its fingerprint, in the code and in the history', async () => {
    const project = newProject()
    project.write('a.ts', text)
    project.commit('Begin')
    const [finding] = (await examine(project.folder, options)).findings
    const accepted = [{ fingerprint: finding?.fingerprint, reason: 'It was revoked.' }]
    project.write('.hookline-doctor.json', JSON.stringify({ accepted }))
    expect(await rulesOf(project)).toEqual({ open: [], stand: ['key-in-code'] })
    rmSync(join(project.folder, 'a.ts'))
    expect(await rulesOf(project)).toEqual({ open: [], stand: ['key-in-history'] })
  })

  test('stands by its rule and path, and other paths do not', async () => {
    const project = newProject()
    project.write('test/a/b.ts', text)
    project.write('src/test/a.ts', `const key = 'sk_live_${random(24)}'\n`)
    const accepted = [{ rules: ['key-in-code'], path: 'test/**/*.ts', reason: 'Made up.' }]
    project.write('.hookline-doctor.json', JSON.stringify({ accepted }))
    const { findings, unused } = await examine(project.folder, options)
    expect(findings.map(({ path }) => path)).toEqual(['src/test/a.ts'])
    expect(unused).toEqual([])
  })

  test('stands by a comment with its rule and a reason, beside it alone', async () => {
    const project = newProject()
    const comment = '// hookline-doctor: accept'
    project.write('a.ts', `${comment} key-in-code It was revoked.\n${text}`)
    expect(await rulesOf(project)).toEqual({ open: [], stand: ['key-in-code'] })
    for (const line of [comment, `${comment} key-in-code`, `${comment} secret-weak Why.`]) {
      project.write('a.ts', `${line}\n${text}`)
      expect((await rulesOf(project)).open, line).toEqual(['key-in-code'])
    }
    project.write('a.ts', `${comment} key-in-code It was revoked.\n\n${text}`)
    expect((await rulesOf(project)).open).toEqual(['key-in-code'])
  })

  test('is told of when nothing answers to it any more', async () => {
    const project = newProject()
    const accepted = [{ fingerprint: '0123456789abcdef', reason: 'Gone.' }]
    project.write('.hookline-doctor.json', JSON.stringify({ accepted }))
    expect((await examine(project.folder, options)).unused).toEqual(accepted)
  })

  test.each([
    ['without a reason', { accepted: [{ fingerprint: 'a' }] }],
    ['with a rule that is none', { accepted: [{ rules: ['keys'], path: '**', reason: 'a' }] }],
    ['with nothing that it is for', { accepted: [{ reason: 'a' }] }],
    ['that is no list', { accepted: {} }],
  ])('%s is refused', async (_, value) => {
    const project = newProject()
    project.write('.hookline-doctor.json', JSON.stringify(value))
    await expect(examine(project.folder, options)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('.hookline-doctor.json'),
    })
  })
})
