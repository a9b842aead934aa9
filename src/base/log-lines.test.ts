import { expect, test } from 'vitest'
import { silentLog } from './log.ts'
import { keepingLines, logLineCharactersMax, logLinesMax, newLogLines } from './log-lines.ts'

const clock = { now: () => 17 }

test('lines are written on, kept in order, and told to those who listen', () => {
  const written: unknown[] = []
  const kept = newLogLines(clock)
  const heard: number[] = []
  kept.listeners.add(({ number }) => heard.push(number))
  const log = keepingLines(kept, {
    ...silentLog,
    warn: (message, fields) => written.push([message, fields]),
  })
  log.warn('slow', { event: 'evt_1', none: undefined, count: 3 })
  log.info('ready')
  expect(written).toEqual([['slow', { event: 'evt_1', none: undefined, count: 3 }]])
  expect(kept.lines).toEqual([
    { number: 1, at: 17, level: 'warn', message: 'slow', fields: { event: 'evt_1', count: 3 } },
    { number: 2, at: 17, level: 'info', message: 'ready', fields: {} },
  ])
  expect(heard).toEqual([1, 2])
})

test('only the newest lines are kept, and of each only its beginning', () => {
  const kept = newLogLines(clock)
  const log = keepingLines(kept, silentLog)
  for (let i = 0; i < logLinesMax + 5; i++) log.info('x', { i })
  expect(kept.lines).toHaveLength(logLinesMax)
  expect(kept.lines[0]?.fields).toEqual({ i: 5 })
  log.error('y'.repeat(9_000), { more: 'z'.repeat(9_000) })
  log.error('y', { more: 'z'.repeat(9_000), rest: 'r' })
  for (const { message, fields } of kept.lines.slice(-2)) {
    expect((message + JSON.stringify(fields)).length).toBeLessThan(logLineCharactersMax + 50)
  }
})
