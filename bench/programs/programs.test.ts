import { expect, test } from 'vitest'
import { listedCores } from './cores.ts'
import { parseStat, processTreeCpuMs } from './processor-time.ts'

test('a list of cores is read as the system writes it', () => {
  expect(listedCores('0-2,5')).toEqual([0, 1, 2, 5])
  expect(listedCores('3')).toEqual([3])
  expect(listedCores('')).toEqual([])
})

test('processor time is read past a name that has spaces and brackets', () => {
  const fields = ['S', '7', ...'0 0 0 0 0 0 0 0 0'.split(' '), '10', '20', '3', '4', '20'].join(' ')
  expect(parseStat(`42 (a) b) ${fields}`)).toEqual({ parent: 7, ticks: 37 })
})

test('a process has used processor time, and one that is not there has none', () => {
  const until = performance.now() + 40
  while (performance.now() < until);
  expect(processTreeCpuMs(process.pid) ?? 1).toBeGreaterThan(0)
  expect(processTreeCpuMs(2 ** 30)).toBeUndefined()
})
