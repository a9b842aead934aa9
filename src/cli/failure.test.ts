import { expect, test } from 'vitest'
import { HooklineError } from '../base/errors.ts'
import { ApiError } from '../client/admin.ts'
import { LineError } from '../client/index.ts'
import { failureLine, toFailure, UsageError } from './failure.ts'

const plain = { isJson: false, isDebug: false }

test('a failure that is known is said as it is, with its code for machines', () => {
  const known = new HooklineError('port_in_use', 'Port 1 is taken.')
  expect(failureLine(known, plain)).toBe('hookline: Port 1 is taken.')
  expect(JSON.parse(failureLine(known, { ...plain, isJson: true }))).toEqual({
    error: { code: 'port_in_use', message: 'Port 1 is taken.' },
  })
})

test('what a server answers is said in its words, made safe to print', () => {
  const problem = { type: 'about:blank', title: '', status: 404, code: 'not_found' }
  const answer = new ApiError({ ...problem, detail: 'Nothing\nis \u001b[31mhere.' })
  expect(failureLine(answer, plain)).toBe('hookline: Nothing is \\u{1b}[31mhere.')
})

test('the code in front of a message is not said twice', () => {
  const ended = new LineError('token_invalid', 'The token has expired.')
  expect(toFailure(ended)).toEqual({
    code: 'token_invalid',
    message: 'The token has expired.',
    exitCode: 1,
  })
})

test('only wrong usage ends with 2', () => {
  expect(toFailure(new UsageError('no such flag.')).exitCode).toBe(2)
  expect(toFailure(new Error('a fault')).exitCode).toBe(1)
  expect(toFailure('thrown as text').exitCode).toBe(1)
})

test('a fault that nobody foresaw tells how to see where it comes from', () => {
  const line = failureLine(new Error('x is not a function'), plain)
  expect(line).toContain('x is not a function. This was not expected. Run it again with --debug')
  expect(line).not.toContain(' at ')
  expect(failureLine(new Error('x'), { ...plain, isDebug: true })).toMatch(/\n {4}at /)
})
