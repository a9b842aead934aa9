/**
 * One loop over every provider and scheme of the registry: what it sends is accepted, and nothing
 * else. A new provider is covered without a line here; its oracle and what it needs are data in
 * testing/.
 */
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test, vi } from 'vitest'
import type { Sample } from './declaration.ts'
import { providers } from './index.ts'
import type { VerifiedEvent, VerifyOutcome } from './outcome.ts'
import type { SourceProvider } from './provider.ts'
import { accepted, type Case, refused, type Trial } from './testing/cases.ts'
import { subjectOptions } from './testing/options.ts'
import type { Oracle } from './testing/oracle.ts'
import { judgedElsewhere, oracles } from './testing/oracles.ts'
import {
  contextOf,
  now,
  type Subject,
  sampleBody,
  samplesOf,
  signed,
  subjectsOf,
} from './testing/subject.ts'

const counts = new Map<string, number>()

const subjects = Object.entries<SourceProvider>(providers).flatMap(([name, provider]) =>
  subjectsOf(provider, subjectOptions[name]),
)

async function verify(subject: Subject, [request, context]: Trial): Promise<VerifyOutcome> {
  counts.set(subject.title, (counts.get(subject.title) ?? 0) + 1)
  return subject.provider.verify(request, context)
}

/** What went wrong in a set of trials; empty is what is hoped for. */
async function failures(subject: Subject, { trials }: Case, isAccepted: boolean) {
  const wrong: unknown[] = []
  const all = trials(subject)
  expect(all.length).toBeGreaterThan(0)
  for (const [index, trial] of all.entries()) {
    const outcome = await verify(subject, trial)
    if (outcome.ok !== isAccepted) wrong.push([index, outcome, trial[0].headers])
  }
  return wrong
}

describe.each(subjects)('$title', (subject) => {
  const { provider, scheme } = subject
  const appliesTo = ({ applies }: Case) => applies?.(subject) ?? true

  test.each(accepted.filter(appliesTo))('accepts $title', async (one) => {
    expect(await failures(subject, one, true)).toEqual([])
  })

  test.each(refused.filter(appliesTo))('refuses $title', async (one) => {
    expect(await failures(subject, one, false)).toEqual([])
  })

  test('says which secret matched, and whether the body is authenticated', async () => {
    const secrets = [subject.otherSecret, subject.secret]
    const request = signed(subject, sampleBody(subject))
    const outcome = await verify(subject, [request, contextOf(subject, { secrets })])
    expect(outcome).toMatchObject({
      ok: true,
      secretIndex: subject.secret === '' ? 0 : 1,
      bodyAuthenticated: scheme.facts.bodyAuthenticated,
    })
  })

  test('reads the fields of its samples, with whole milliseconds', async () => {
    const samples = samplesOf(provider, subject.settings.scheme)
    for (const sample of samples) {
      const one = { ...subject, sample }
      const outcome = await verify(subject, [signed(one, sampleBody(one)), contextOf(one)])
      expect(outcome).toMatchObject({ ok: true })
      if (outcome.ok) expectFields(provider, sample, outcome.events?.[0] ?? outcome)
    }
    expect(samples.length).toBeGreaterThan(0)
  })

  const { downgrades } = subjectOptions[provider.name] ?? {}
  if (downgrades) {
    test('refuses a weaker or older scheme, well signed', async () => {
      const body = sampleBody(subject)
      const request = signed(subject, body)
      for (const headers of downgrades(body, subject.signingSecret, now)) {
        const outcome = await verify(subject, [{ ...request, headers }, contextOf(subject)])
        expect(outcome).toMatchObject({ ok: false })
      }
    })
  }

  describe.each(oracles[subject.title] ?? [])('judged by $name', (oracle) => {
    judge(subject, oracle)
  })
})

function expectFields(
  { declaration: { event, samples } }: SourceProvider,
  sample: Sample,
  { type, dedupeKey, occurredAt }: VerifiedEvent,
): void {
  if (event.type) expect(type).toBe(sample.type)
  expect(typeof dedupeKey).toBe(event.id ? 'string' : 'undefined')
  if (occurredAt !== undefined) expect(Number.isSafeInteger(occurredAt)).toBe(true)
  // Another scheme of the provider may tell no time.
  if (sample === samples[0]) expect(occurredAt !== undefined).toBe(event.occurredAt !== undefined)
}

function judge(subject: Subject, oracle: Oracle): void {
  const options = { secret: subject.secret, now, id: subject.sample.id ?? 'msg_1' }
  const texts = [
    sampleBody(subject).toString(),
    sampleBody(subject, 2).toString(),
    ...(subject.scheme.facts.needsPayload ? [] : ['{"text":"Grüße, 世界 \\u00e9 \u{1f389}"}']),
  ]
  const { sign, verify: judgeRequest } = oracle

  if (sign) {
    test('what it signs is accepted', async () => {
      for (const text of texts) {
        const headers = await sign(text, options)
        const request = { ...signed(subject, Buffer.from(text)), headers }
        expect(await verify(subject, [request, contextOf(subject)])).toMatchObject({ ok: true })
      }
    })
  }

  if (judgeRequest) {
    test('it accepts what is signed here, and nothing changed', async () => {
      // Some packages take the time from the clock only.
      vi.useFakeTimers({ toFake: ['Date'], now: now * 1000 })
      try {
        for (const text of texts) {
          const request = signed(subject, Buffer.from(text))
          expect(await judgeRequest(request, options)).toBe(true)
          const changed = { ...request, body: Buffer.from(`${text} `) }
          expect(await judgeRequest(changed, options)).toBe(false)
        }
      } finally {
        vi.useRealTimers()
      }
    })
  }
}

function oracleNames(title: string): string[] {
  const elsewhere = judgedElsewhere[title]?.[0]
  return [...(oracles[title] ?? []).map(({ name }) => name), ...(elsewhere ? [elsewhere] : [])]
}

test.each(Object.entries(judgedElsewhere))(
  '%s has its judge in a test of its own',
  (title, [name, file]) => {
    expect(subjects.map((subject) => subject.title)).toContain(title)
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(`from '${name}'`)
  },
)

afterAll(() => {
  const rows = subjects.map(({ title }) => ({
    provider: title,
    cases: counts.get(title) ?? 0,
    oracle: oracleNames(title).join(', ') || '-',
  }))
  const width = Math.max(...rows.map((row) => row.provider.length))
  const lines = rows.map(
    (row) => `${row.provider.padEnd(width)}  ${String(row.cases).padStart(6)}  ${row.oracle}`,
  )
  process.stdout.write(`${'provider'.padEnd(width)}   cases  oracle\n${lines.join('\n')}\n`)
})
