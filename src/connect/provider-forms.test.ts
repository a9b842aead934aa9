import { describe, expect, test } from 'vitest'
import * as exported from '../providers/index.ts'
import type { SourceProvider } from '../providers/provider.ts'
import type { ProviderSettings } from '../providers/request.ts'
import { subjectOptions } from '../providers/testing/options.ts'
import { contextOf, sampleBody, signed, subjectsOf } from '../providers/testing/subject.ts'
import { type ProviderForm, providerForm, providerForms } from './provider-forms.ts'

const registry: Readonly<Record<string, SourceProvider>> = exported.providers
const forms = new Map(providerForms().map((form) => [form.name, form]))

function formOf(name: string): ProviderForm {
  const form = forms.get(name)
  if (!form) throw new Error(`There is no form of ${name}.`)
  return form
}

test('each provider of the registry has a form, under the name by which it is imported', () => {
  expect([...forms.keys()].sort()).toEqual(Object.keys(registry).sort())
  for (const { name, exportName } of forms.values()) {
    expect(Object(exported)[exportName], name).toBe(registry[name])
  }
})

test('a secret is called as the company calls it, with how it begins', () => {
  expect(formOf('stripe').secret).toEqual({
    ...{ title: 'webhook secret', names: ['STRIPE_WEBHOOK_SECRET'], begins: 'whsec_' },
    ...{ isPublic: false, isChosen: false },
  })
  expect(formOf('twilio').secret).toMatchObject({ title: 'auth token', begins: null })
  expect(formOf('adyen').secret).toMatchObject({ title: 'HMAC key' })
  expect(formOf('supabase').secret).toMatchObject({ begins: 'v1,whsec_' })
  expect(formOf('discord').secret).toMatchObject({ title: 'public key', isPublic: true })
  expect(formOf('paypal').secret).toMatchObject({ title: 'webhook id', isPublic: true })
  expect(formOf('github').secret).toMatchObject({ isChosen: true })
  expect(formOf('aws-sns').secret).toBeNull()
})

test('a choice has the schemes of the provider, the default first', () => {
  const [scheme] = formOf('gitlab').settings
  expect(scheme).toMatchObject({ kind: 'choice', choices: ['token', 'signing-token'] })
})

const settled = Object.values(registry).flatMap((provider) => {
  const options = subjectOptions[provider.name] ?? {}
  const [subject] = subjectsOf(provider, options)
  return subject && Object.keys(subject.settings).length > 0 ? [subject] : []
})

describe.each(settled.map((subject) => [subject.title, subject] as const))('%s', (_, subject) => {
  test('refuses every request without a setting that the form requires, and no other', async () => {
    const request = signed(subject, sampleBody(subject))
    expect(await subject.provider.verify(request, contextOf(subject))).toMatchObject({ ok: true })
    for (const { name, isRequired } of providerForm(subject.provider).settings) {
      if (subject.settings[name] === undefined) continue
      const { [name]: _left, ...settings }: ProviderSettings = subject.settings
      const outcome = await subject.provider.verify(request, contextOf(subject, { settings }))
      const isMissing = !outcome.ok && outcome.reason === 'setting_missing'
      expect(isMissing, name).toBe(isRequired)
    }
  })
})
