import { expect, test } from 'vitest'
import { backoffMs, pause, retryMsMax, retryMsMin } from './backoff.ts'
import { newFakeTiming, passTime } from './testing/fake-timing.ts'

const most = () => 1
const least = () => 0

test('the delay doubles with each failure up to a maximum', () => {
  const delays = [1, 2, 3, 4].map((failures) => backoffMs(failures, 500, most))
  expect(delays).toEqual([500, 1_000, 2_000, 4_000])
  expect(backoffMs(10_000, 500, most)).toBe(retryMsMax)
})

test('chance takes up to half of the delay away', () => {
  expect(backoffMs(3, 500, least)).toBe(1_000)
  expect(backoffMs(3, 500, () => 0.5)).toBe(1_500)
})

test('a server that asks for no delay, or for an hour, gets the limits', () => {
  expect(backoffMs(1, 0, most)).toBe(retryMsMin)
  expect(backoffMs(1, 3_600_000, most)).toBe(retryMsMax)
})

test('a pause ends when its time is over and not before', async () => {
  const timing = newFakeTiming()
  let isOver = false
  const over = pause(100, timing, new AbortController().signal).then(() => {
    isOver = true
  })
  passTime(timing, 99)
  await Promise.resolve()
  expect(isOver).toBe(false)
  passTime(timing, 1)
  await over
})

test('an abort ends a pause at once and leaves no timer', async () => {
  const timing = newFakeTiming()
  const controller = new AbortController()
  const over = pause(100, timing, controller.signal)
  controller.abort(new Error('stopped'))
  await expect(over).rejects.toThrow('stopped')
  await expect(pause(100, timing, controller.signal)).rejects.toThrow('stopped')
  expect(timing.timers.size).toBe(0)
})
