import { expect, test } from 'vitest'
import { runtimeFault } from './runtime.ts'

test.each(['22.18.0', '22.19.1', '24.0.0', '30.1.0', '24.0.0-nightly'])(
  'Node %s will do',
  (version) => {
    expect(runtimeFault(version)).toBeUndefined()
  },
)

test.each(['18.0.0', '20.20.2', '22.17.9', '9.11.2'])('Node %s is too old', (version) => {
  expect(runtimeFault(version)).toContain(`this Node is ${version}`)
})
