/** Holds docs/operate/doctor.md and the rules of the doctor equal, and this repository to them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { examine } from '../../src/doctor/examine.ts'
import { rules } from '../../src/doctor/rules.ts'
import { root } from './code-blocks.ts'

test('the page lists every rule, in order, and no other', () => {
  const page = readFileSync(join(root, 'docs/operate/doctor.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name)
  expect(listed).toEqual(Object.keys(rules))
})

test('this repository has no trap that is not accepted, and accepts nothing in vain', async () => {
  const { findings, unused } = await examine(root, { isHistorySearched: true })
  expect(findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`)).toEqual([])
  expect(unused).toEqual([])
}, 60_000)
