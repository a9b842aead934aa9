import { describe, expect, test } from 'vitest'
import { betweenMarkers, figure, markdownTable, spreadText } from './table.ts'

test('a figure keeps three digits that count', () => {
  expect([12_345.6, 123.4, 12.34, 1.234, 0.1234].map(figure)).toEqual([
    '12,346',
    '123',
    '12.3',
    '1.23',
    '0.123',
  ])
  expect(spreadText({ median: 2, min: 1.5, max: 20 })).toBe('2.00 (1.50-20.0)')
})

test('a table has a line for its headings, a rule and a line for each row', () => {
  expect(markdownTable(['server', 'rate'], [['bare', '1']])).toBe(
    '| server | rate |\n| --- | --: |\n| bare | 1 |',
  )
})

describe('a table in a document', () => {
  const document = 'before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nafter\n'

  test('replaces what stands between its markers and nothing else', () => {
    const once = betweenMarkers(document, 'bench:a', '| new |\n')
    expect(once).toBe('before\n<!-- bench:a -->\n| new |\n<!-- /bench:a -->\nafter\n')
    expect(betweenMarkers(once, 'bench:a', '| new |')).toBe(once)
  })

  test('is refused where the markers are missing, open or there twice', () => {
    const [before = ''] = document.split('<!-- /bench:a -->')
    for (const text of ['no markers', before, `${document}${document}`]) {
      expect(() => betweenMarkers(text, 'bench:a', 'new')).toThrow(/no single pair of markers/)
    }
  })
})
