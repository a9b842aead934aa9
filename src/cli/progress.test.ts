import { expect, onTestFinished, test, vi } from 'vitest'
import {
  beginStep,
  newProgress,
  type ProgressOutput,
  type ProgressState,
  type ProgressStep,
  plainText,
  show,
  terminalText,
  withProgress,
} from './progress.ts'

const startMs = 1_790_000_000_000

function stateOf(step: ProgressStep, done: number): ProgressState {
  const state = newProgress(startMs)
  beginStep(state, step, startMs)
  state.done = done
  return state
}

function output(isTTY: boolean, columns?: number): ProgressOutput & { readonly said: string[] } {
  const said: string[] = []
  return { isTTY, said, write: (text) => said.push(text), ...(columns ? { columns } : {}) }
}

test.each([
  [5_000, 0, 300, '0 %, 0 of 5,000 events, 0/s'],
  [5_000, 1_000, 2_000, '20 %, 1,000 of 5,000 events, 500/s, about 8 s left'],
  [60_000, 100, 1_000, '0 %, 100 of 60,000 events, 100/s, about 10 min left'],
  [2_000_000, 100, 1_000, '0 %, 100 of 2,000,000 events, 100/s, about 6 h left'],
  [5_000, 4_999, 1_000, '99 %, 4,999 of 5,000 events, 4,999/s, about 1 s left'],
])('of %d events %d after %d ms: %s', (total, done, elapsedMs, text) => {
  expect(plainText(stateOf({ total, unit: 'events' }, done), startMs + elapsedMs)).toBe(text)
})

test('more than was counted is never over 100 %, and never a negative time', () => {
  const state = stateOf({ total: 10, unit: 'events' }, 20)
  expect(plainText(state, startMs + 1_000)).toMatch(/^100 %, 20 of 10 .* about 0 s left$/)
  expect(terminalText(state, startMs + 1_000, 80)).toMatch(/^\[#+\] 100 %/)
  const nothing = stateOf({ total: 0, unit: 'rows' }, 0)
  expect(plainText(nothing, startMs)).toBe('100 %, 0 of 0 rows, 0/s')
})

test('what was done before a step began does not count to its rate', () => {
  const state = stateOf({ total: 5_000, done: 3_000, unit: 'events' }, 4_000)
  expect(plainText(state, startMs + 1_000)).toMatch(/, 1,000\/s, about 1 s left$/)
})

test('bytes are told in megabytes, behind the name of the step', () => {
  const state = stateOf({ name: 'Copying', total: 5_000_000, unit: 'bytes' }, 1_200_000)
  const text = 'Copying: 24 %, 1.2 of 5.0 MB, 0.4 MB/s, about 10 s left'
  expect(plainText(state, startMs + 3_000)).toBe(text)
})

test('a copy of many gigabytes has its rate on a terminal of 80 columns as well', () => {
  const state = stateOf({ name: 'Copying', total: 123_456e6, unit: 'bytes' }, 30_000e6)
  const text = 'Copying: 24 %, 30,000 of 123,456 MB, 300 MB/s, about 5 min left'
  expect(terminalText(state, startMs + 100_000, 80)).toBe(`[###..........] ${text}`)
})

test('a step whose length nobody knows tells the time since the command began', () => {
  const state = newProgress(startMs)
  beginStep(state, { name: 'Copying', total: 1, unit: 'bytes' }, startMs)
  beginStep(state, { name: 'Checking the copy' }, startMs + 9_000)
  expect(plainText(state, startMs + 12_900)).toBe('Checking the copy, 12 s so far')
  beginStep(state, { name: '3 of 7: calls', total: 7, done: 2 }, startMs + 13_000)
  expect(plainText(state, startMs + 13_000)).toBe('3 of 7: calls, 13 s so far')
  const text = '[###########.............................] 3 of 7: calls, 13 s so far'
  expect(terminalText(state, startMs + 13_000, 80)).toBe(text)
  expect(terminalText(state, startMs + 13_000, 30)).toBe('3 of 7: calls, 13 s so far')
  expect(terminalText(state, startMs + 13_000, 20)).toBe('3 of 7: calls')
})

test('a terminal gets a bar, and a narrow one is spared what matters least', () => {
  const state = stateOf({ total: 5_000, unit: 'events' }, 1_000)
  const texts = [200, 100, 80, 60, 40, 30, 16, 4, 1].map((columns) => {
    const text = terminalText(state, startMs + 2_000, columns)
    expect(text.length).toBeLessThan(columns)
    return text
  })
  const all = '20 %, 1,000 of 5,000 events, 500/s, about 8 s left'
  expect(texts).toEqual([
    `[########................................] ${all}`,
    `[########................................] ${all}`,
    `[#####.....................] ${all}`,
    '[##...........] 20 %, 1,000 of 5,000 events, about 8 s left',
    '[###.............] 20 %, about 8 s left',
    '[####..................] 20 %',
    '20 %',
    '20 ',
    '',
  ])
})

test('what takes less than half a second shows nothing', () => {
  const terminal = output(true)
  const state = newProgress(startMs)
  show(state, terminal, startMs + 600)
  beginStep(state, { total: 10, unit: 'events' }, startMs)
  show(state, terminal, startMs + 499)
  expect(terminal.said).toEqual([])
  show(state, terminal, startMs + 500)
  expect(terminal.said).toHaveLength(1)
})

test('without a terminal there is a plain line every five seconds', () => {
  const pipe = output(false)
  const state = stateOf({ total: 100, unit: 'rows' }, 0)
  for (let second = 0; second <= 12; second++) {
    state.done = second
    show(state, pipe, startMs + second * 1_000)
  }
  expect(pipe.said).toEqual([
    '5 %, 5 of 100 rows, 1/s, about 2 min left\n',
    '10 %, 10 of 100 rows, 1/s, about 2 min left\n',
  ])
})

test.each(['ends', 'fails'])(
  'the line is drawn over itself, and gone once the work %s',
  async (how) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const terminal = output(true, 50)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const work = withProgress(
      (progress) => {
        progress.step({ name: 'Working' })
        return promise
      },
      { output: terminal },
    )
    vi.advanceTimersByTime(1_250)
    expect(new Set(terminal.said)).toEqual(
      new Set(['\rWorking, 0 s so far\x1b[K', '\rWorking, 1 s so far\x1b[K']),
    )
    if (how === 'ends') resolve('done')
    else reject(new Error('it failed'))
    await expect(work.catch((error) => error.message)).resolves.toBe(
      how === 'ends' ? 'done' : 'it failed',
    )
    expect(terminal.said.at(-1)).toBe('\r\x1b[K')
    const { length } = terminal.said
    vi.advanceTimersByTime(60_000)
    expect(terminal.said).toHaveLength(length)
  },
)

test('where nothing was drawn nothing is cleared', async () => {
  const terminal = output(true)
  await withProgress(async (progress) => progress.step({ name: 'Working' }), { output: terminal })
  expect(terminal.said).toEqual([])
})
