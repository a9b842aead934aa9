/**
 * What a person fills in to add a source, for each provider: derived from its declaration, so that
 * a new provider has its form without a line of its own. It holds no value that anybody typed.
 */
import { connectDeclarationOf } from '../providers/connect/registry.ts'
import { providers } from '../providers/index.ts'
import type { SourceProvider } from '../providers/provider.ts'
import type { ProviderSettings } from '../providers/request.ts'
import { type SettingFacts, settingFacts } from '../providers/settings.ts'
import { schemesOf } from '../providers/verify.ts'

export interface ProviderForm {
  readonly name: string
  readonly title: string
  /** The name under which the package exports it. */
  readonly exportName: string
  readonly docsUrl: string
  /** Null where the provider signs with keys that it publishes. */
  readonly secret: SecretForm | null
  readonly settings: readonly SettingForm[]
  /** Some of the types that it sends. */
  readonly types: readonly string[]
  readonly signUpUrl: string | null
  /** What a person does at the provider; `{url}`, `{types}` and `{secret}` are to be filled in. */
  readonly endpointSteps: readonly string[]
}

export interface SecretForm {
  /** As the provider calls it: `webhook secret`. */
  readonly title: string
  /** The names that it may have here, the most usual first. */
  readonly names: readonly string[]
  /** How each one begins; null where that says nothing. */
  readonly begins: string | null
  /** Anybody may see it, such as a public key. */
  readonly isPublic: boolean
  /** It is made up here and entered at the provider; else the provider gives it out. */
  readonly isChosen: boolean
}

export interface SettingForm {
  readonly name: keyof ProviderSettings
  readonly title: string
  readonly kind: SettingFacts['kind']
  readonly about: string
  /** For a choice; the first is the default. */
  readonly choices: readonly string[]
  readonly isRequired: boolean
  readonly isSecret: boolean
  /** The configured public address stands in for it. */
  readonly hasDefault: boolean
}

/** In the order of their titles. */
export function providerForms(): ProviderForm[] {
  return Object.values<SourceProvider>(providers)
    .map(providerForm)
    .sort((a, b) => (a.title.toLowerCase() < b.title.toLowerCase() ? -1 : 1))
}

export function providerForm({ declaration }: SourceProvider): ProviderForm {
  const { name, title, docsUrl, settings = [], samples } = declaration
  const guide = connectDeclarationOf(name)
  return {
    ...{ name, title, exportName: exportName(name), docsUrl },
    secret: secretForm(declaration, guide?.isSecretChosen ?? false),
    settings: settings.map((setting) => settingForm(declaration, setting)),
    types: [...new Set(samples.map(({ type }) => type))],
    signUpUrl: guide?.signUpUrl ?? null,
    endpointSteps: guide?.endpointSteps ?? [],
  }
}

/** `awsSns` of `aws-sns`. */
export function exportName(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

type Declaration = SourceProvider['declaration']

function secretForm(declaration: Declaration, isChosen: boolean): SecretForm | null {
  const { name, secretNames } = declaration
  const [usual] = secretNames
  if (usual === undefined) return null
  const company = `${name.replaceAll('-', '_').toUpperCase()}_`
  const words = usual.startsWith(company) ? usual.slice(company.length) : usual
  return {
    title: words.split('_').map(spoken).join(' '),
    names: secretNames,
    begins: beginningOf(declaration),
    isPublic: /_(PUBLIC_KEY|ID)$/.test(usual),
    isChosen,
  }
}

function spoken(word: string): string {
  return word === 'API' || word === 'HMAC' ? word : word.toLowerCase()
}

/** As its key shapes say, else as its scheme decodes it. */
function beginningOf(declaration: Declaration): string | null {
  const shape = declaration.keys?.find(({ kind }) => kind === 'webhook-secret')
  if (shape && shape.begins !== '') return shape.begins
  const [scheme] = Object.values(schemesOf(declaration))
  return /^the secret, .*? after `([^`]+)`/.exec(scheme?.facts.key ?? '')?.[1] ?? null
}

function settingForm(declaration: Declaration, name: keyof ProviderSettings): SettingForm {
  const { title, kind, about, isSecret = false, hasDefault = false } = settingFacts[name]
  const choices = kind === 'choice' ? Object.keys(schemesOf(declaration)) : []
  const isRequired = declaration.requiredSettings?.includes(name) ?? false
  return { name, title, kind, about, choices, isRequired, isSecret, hasDefault }
}
