import { expect, test } from 'vitest'
import { slowerText } from './report.ts'

const comparison = (question: string, ...times: number[]) => ({ question, peer: 'Other', times })

test('what is slower than a peer is said first, the worst before the others', () => {
  const text = slowerText([
    comparison('a', 2, 3, 4),
    comparison('b', 0.9, 0.8, 1.5),
    comparison('c', 0.1, 0.2, 0.3),
  ])
  expect(text.split('\n')).toEqual([
    'Slower than a peer, of 3 comparisons:',
    '',
    '- c: 0.200 (0.100-0.300) times Other',
    '- b: 0.900 (0.800-1.50) times Other',
  ])
})

test('it is said as well where nothing is slower, and where there was no peer', () => {
  expect(slowerText([comparison('a', 1, 2)])).toBe(
    'Slower than a peer: nothing, of one comparison.',
  )
  expect(slowerText([])).toBe('No peer was measured.')
})
