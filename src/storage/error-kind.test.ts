import { expect, test } from 'vitest'
import { errorKind } from './error-kind.ts'

test.each([
  ["Error: No such customer: 'cus_N8s2'\n    at x (a.ts:1)", "Error: No such customer: '…'"],
  ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED …'],
  ['timed out after 3000 ms', 'timed out after … ms'],
  ['It broke.', 'It broke.'],
  ['', ''],
  ['x'.repeat(900), 'x'.repeat(200)],
])('%j is of the kind %j', (error, kind) => {
  expect(errorKind(error)).toBe(kind)
})
