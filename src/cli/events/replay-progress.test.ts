import { expect, test } from 'vitest'
import { progressText } from './replay-progress.ts'

test.each([
  [{ matched: 5_000, replayed: 0 }, 300, '0 of 5,000 events, 0 per second'],
  [
    { matched: 5_000, replayed: 1_000 },
    2_000,
    '1,000 of 5,000 events, 500 per second, about 8 s left',
  ],
  [
    { matched: 60_000, replayed: 100 },
    1_000,
    '100 of 60,000 events, 100 per second, about 10 min left',
  ],
  [
    { matched: 2_000_000, replayed: 100 },
    1_000,
    '100 of 2,000,000 events, 100 per second, about 6 h left',
  ],
])('%o after %d ms: %s', (view, elapsedMs, text) => {
  expect(progressText(view, elapsedMs)).toBe(text)
})

test('more events than were counted are never a negative time', () => {
  expect(progressText({ matched: 10, replayed: 20 }, 1_000)).toContain('about 0 s left')
})
