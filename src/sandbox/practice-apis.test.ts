import { expect, test } from 'vitest'
import { openai } from '../providers/index.ts'
import { withPracticeApis } from './practice-apis.ts'

const sandboxUrl = 'http://127.0.0.1:4601'

test('an app in dev has two more APIs, which reach this machine alone', () => {
  const apis = withPracticeApis({ openai: openai() }, { isDev: true, sandboxUrl }) ?? {}
  expect(Object.keys(apis).sort()).toEqual(['learn', 'openai', 'sandbox'])
  for (const name of ['learn', 'sandbox']) {
    const { baseUrl, allowAddresses } = apis[name]?.options ?? {}
    expect([baseUrl, allowAddresses]).toEqual([sandboxUrl, ['127.0.0.1', '::1']])
  }
  expect(apis.learn?.options.key).toBeUndefined()
})

test('an API of the app keeps its name', () => {
  const own = openai()
  const apis = withPracticeApis({ sandbox: own }, { isDev: true, sandboxUrl })
  expect(apis?.sandbox).toBe(own)
})

test('production and a server without a sandbox have the APIs of the app and no others', () => {
  const apis = { openai: openai() }
  expect(withPracticeApis(apis, { isDev: false, sandboxUrl })).toBe(apis)
  expect(withPracticeApis(apis, { isDev: true })).toBe(apis)
})
