import type { ProviderSettingView } from 'hookline/client'
import { expect, test } from 'vitest'
import { appLines } from './app-lines.ts'

function setting(name: string, changes: Partial<ProviderSettingView> = {}): ProviderSettingView {
  return {
    ...{ name, title: name, kind: 'text', about: '', choices: [] },
    ...{ isRequired: false, isSecret: false, hasDefault: false, ...changes },
  }
}

const sns = {
  name: 'aws-sns',
  exportName: 'awsSns',
  types: ['Notification'],
  settings: [
    setting('topicArn'),
    setting('verifyToken', { isSecret: true, isRequired: true }),
    setting('appAppleId', { kind: 'number' }),
    setting('trustedRoots', { kind: 'list' }),
  ],
}

/** What TypeScript makes of the options that were written. */
function read(source: string): unknown {
  const [, name = '', options = ''] = /^(\S+): awsSns\((.*)\),$/s.exec(source) ?? []
  const process = { env: { AWS_SNS_VERIFY_TOKEN: 'from the environment' } }
  return [name, new Function('process', `return ${options || 'undefined'}`)(process)]
}

test('a source without options is one short line, under a name that needs quotes or not', () => {
  const stripe = { name: 'stripe', exportName: 'stripe', types: ['a.b'], settings: [] }
  const lines = appLines({ provider: stripe, name: 'stripe', settings: {}, mode: undefined })
  expect(lines.imports).toBe(`import { stripe } from 'hookline'`)
  expect(lines.source).toBe('stripe: stripe(),')
  expect(lines.handler).toContain(`app.on('stripe', 'a.b', async`)
  const other = appLines({ provider: stripe, name: 'my-shop', settings: {}, mode: 'live' })
  expect(other.source).toBe(`'my-shop': stripe({ mode: 'live' }),`)
})

test('settings are read back as they were typed, and the secret ones from the environment', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'
  const odd = `a'b"c\\d\u2028e`
  const settings = {
    ...{ topicArn: odd, verifyToken: 'typed by mistake', appAppleId: '12' },
    trustedRoots: `${pem}\n\n${pem}\n`,
  }
  const { source } = appLines({ provider: sns, name: 'aws-sns', settings, mode: undefined })
  expect(source).not.toContain('typed by mistake')
  expect(read(source)).toEqual([
    `'aws-sns'`,
    {
      settings: {
        topicArn: odd,
        verifyToken: 'from the environment',
        appAppleId: 12,
        trustedRoots: [pem, pem],
      },
    },
  ])
})
