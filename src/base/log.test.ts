import { describe, expect, test } from 'vitest'
import { plainLog } from './log.ts'

function logged(act: (log: ReturnType<typeof plainLog>) => void): string[] {
  const lines: string[] = []
  act(plainLog((line) => lines.push(line)))
  return lines
}

describe('plainLog', () => {
  test('writes one line each, with a mark for its weight and its fields', () => {
    const lines = logged((log) => {
      log.info('listening', { port: 4600, secure: false })
      log.warn('slow')
      log.error('failed', { source: 'stripe', error: undefined })
    })
    expect(lines).toEqual([
      '  listening port=4600 secure=false\n',
      '! slow\n',
      '✗ failed source=stripe\n',
    ])
  })

  test('a field can forge neither a line nor a colour', () => {
    const forged = 'a\r\n✗ forged\u001b[31m red\u0000\u0085\u009b31m end\u007f'
    const [line = ''] = logged((log) => log.warn('refused', { path: forged }))
    const inside = line.slice(0, -1)
    expect(inside).toBe('! refused path=a ✗ forged [31m red 31m end ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
    expect(inside).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
    expect(line.endsWith('\n')).toBe(true)
  })

  test('a field that is too long is cut, and says so', () => {
    const [line = ''] = logged((log) => log.info('read', { body: 'x'.repeat(1_000) }))
    expect(line).toBe(`  read body=${'x'.repeat(300)}…\n`)
  })
})
