import { expect, test } from 'vitest'
import { readAnswer } from './connection.ts'

const answer = Buffer.from('HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 4\r\n\r\nabcd')

test('an answer is read once it is whole, and not what follows it', () => {
  for (let length = 0; length < answer.length; length++) {
    expect(readAnswer(answer.subarray(0, length))).toBeUndefined()
  }
  const read = readAnswer(Buffer.concat([answer, Buffer.from('HTTP/1.1 500')]))
  expect(read).toEqual({ status: 200, bytes: answer.length })
})

test('an answer of unknown length is a fault, not a wait', () => {
  const chunked = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
  expect(readAnswer(chunked)).toBeInstanceOf(Error)
})
