import { expect, test } from 'vitest'
import type { EventDetail } from '../../client/admin.ts'
import { eventLines } from './show.ts'

const event: EventDetail = {
  id: 'evt_1',
  source: 'stripe',
  type: 'payment_intent.succeeded',
  dedupeKey: 'evt_stripe',
  mode: 'test',
  receivedAt: '2026-02-01T12:00:00.000Z',
  occurredAt: null,
  bytes: 20,
  status: 'failed',
  headers: [['content-type', 'application/json']],
  bodyBase64: 'eyJhIjp7ImIiOjF9fQ==',
  body: '{"a":{"b":1}}',
  verifiedWith: null,
  deliveries: [],
  changes: [],
}

const text = (changed: Partial<EventDetail>) => eventLines({ ...event, ...changed }).join('\n')

test('a JSON body is indented', () => {
  expect(text({})).toContain('  {\n    "a": {\n      "b": 1\n    }\n  }\n')
})

test('a number too long to be kept exactly is shown as it came', () => {
  expect(text({ body: '{"id":12345678901234567890}' })).toContain('  {"id":12345678901234567890}')
})

test('a hostile body and a hostile header can not steer the terminal', () => {
  const shown = text({
    body: '{"a":"\\u001b[2J\u202e"}\n\u001b]0;title\u0007',
    headers: [['x-note', 'a\u001b[31m\r\nforged: yes']],
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  expect(shown).not.toMatch(/^forged/m)
  expect(shown).toContain('x-note: a\\u{1b}[31m\\u{d}\\u{a}forged: yes')
})

test('a body that is not text is shown in base64, and a long one is cut and says so', () => {
  expect(text({ body: null, bodyBase64: '/wA=' })).toContain('  /wA=')
  const long = text({ body: 'x'.repeat(70_000) })
  expect(long.length).toBeLessThan(67_000)
  expect(long).toContain('all of it with --json')
})

test('each attempt is shown with its outcome and the beginning of its error', () => {
  const shown = text({
    deliveries: [
      {
        id: 'dlv_1',
        eventId: 'evt_1',
        target: 'stripe/grant',
        orderKey: null,
        state: 'parked',
        attemptCount: 1,
        dueAt: '2026-02-01T12:00:01.000Z',
        parkedOn: 'users/u_1',
        lastError: 'Error: no',
        createdAt: '2026-02-01T12:00:00.000Z',
        updatedAt: '2026-02-01T12:00:00.000Z',
        attempts: [
          {
            id: 'att_1',
            number: 1,
            startedAt: '2026-02-01T12:00:00.000Z',
            endedAt: '2026-02-01T12:00:00.100Z',
            outcome: 'failed',
            error: `Error: no \u001b[31m\n${'    at somewhere\n'.repeat(30)}`,
          },
        ],
      },
    ],
  })
  expect(shown).toContain('‖ parked  stripe/grant  dlv_1, waits for users/u_1')
  expect(shown).toContain('attempt 1  2026-02-01T12:00:00.000Z  failed')
  expect(shown).toContain('Error: no \\u{1b}[31m')
  expect(shown.match(/at somewhere/g)).toHaveLength(7)
})

test('an event without deliveries says why', () => {
  expect(text({})).toContain('None: no handler was there for it.')
})
