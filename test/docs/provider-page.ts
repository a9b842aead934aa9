/**
 * The documentation page of a provider, and the page that lists them, made of their declarations
 * alone.
 */
import { exportName } from '../../src/connect/provider-forms.ts'
import type { SourceProvider } from '../../src/providers/provider.ts'
import type { Scheme } from '../../src/providers/schemes/scheme.ts'
import { settingFacts } from '../../src/providers/settings.ts'
import { schemesOf } from '../../src/providers/verify.ts'
import {
  authenticatedWords,
  capital,
  fieldWords,
  modeWords,
  retryWords,
  signedWords,
  timeWords,
} from './provider-words.ts'

const generated =
  '<!-- Made by `npm run docs:providers` of the declaration. Change that, not this. -->'

export function providerPage(provider: SourceProvider): string {
  const { declaration } = provider
  const { title, notes = [] } = declaration
  const parts = [
    `# ${title}`,
    generated,
    `After this page you can receive the webhooks of ${title}, and know what is checked.`,
    example(provider),
    setUp(provider),
    ...Object.entries(schemesOf(declaration)).map(schemeSection),
    eventSection(provider),
    answerSection(provider),
    sampleSection(provider),
    ...(notes.length > 0
      ? [`## Good to know\n\n${notes.map((note) => `- ${note}`).join('\n')}`]
      : []),
  ]
  return `${parts.join('\n\n')}\n`
}

function example({ declaration }: SourceProvider): string {
  const { name, samples } = declaration
  const provider = exportName(name)
  const key = provider === name ? name : `'${name}': ${provider}`
  const source = provider === name ? `${key}: ${provider}()` : `${key}()`
  return [
    '```ts',
    `import { hookline, ${provider} } from 'hookline'`,
    '',
    `const app = hookline({ sources: { ${source} } })`,
    '',
    `app.on('${name}', '${samples[0]?.type ?? '*'}', async (event, tx) => {`,
    "  await tx.doc('events/last').set({ id: tx.event.id, type: tx.event.type })",
    '})',
    '',
    'export default app',
    '```',
  ].join('\n')
}

function setUp({ declaration }: SourceProvider): string {
  const { name, title, docsUrl, secretNames, settings = [] } = declaration
  const secrets = secretNames.map((secret) => `\`${secret}\``).join(' or ')
  const lines = [
    `- Register \`https://<your host>/webhooks/${name}\` with ${title}:` +
      ` [its documentation](${docsUrl}).`,
    secretNames.length > 0
      ? `- Set its secret as ${secrets}; several, separated by spaces, while one is changed.`
      : '- It has no secret to set.',
    ...settings.map((setting) => `- \`settings.${setting}\`: ${settingFacts[setting].about}`),
  ]
  return `## Set up\n\n${lines.join('\n')}`
}

function schemeSection([name, scheme]: [string, Scheme], index: number): string {
  const { facts } = scheme
  const title = name === '' ? 'How a request is checked' : `How a request is checked: \`${name}\``
  const headers = facts.headers.map((header) => `\`${header}\``).join(', ')
  const rows = [
    ['Algorithm', facts.algorithm],
    ['Headers', headers || 'none'],
    ['What is signed', facts.signed === undefined ? 'nothing' : signedWords(facts.signed)],
    ['The key', facts.key],
    ['The time', toleranceWords(scheme)],
    ['Is the body authenticated?', authenticatedWords(scheme)],
  ]
  const chosen = index === 0 ? 'The default, or chosen' : 'Chosen'
  const selected = name === '' ? '' : `\n\n${chosen} with \`settings: { scheme: '${name}' }\`.`
  return `## ${title}${selected}\n\n${table(rows)}`
}

function toleranceWords({ facts }: Scheme): string {
  const { toleranceSeconds, futureToleranceSeconds = toleranceSeconds } = facts
  if (toleranceSeconds === undefined) {
    return 'none is signed, or none is checked: a request that was seen can be sent again'
  }
  const away = `at most ${toleranceSeconds} s old and ${futureToleranceSeconds} s ahead`
  return `${away}; \`settings.toleranceSeconds\` changes both`
}

function eventSection({ declaration }: SourceProvider): string {
  const { event, batch } = declaration
  const rows = [
    ['Dedupe key', sentence(fieldWords(event.id)) ?? 'It has no id: a hash of type and body.'],
    ['Type', sentence(fieldWords(event.type)) ?? 'It has none: `unknown`.'],
    ['Time', timeWords(declaration)],
    ['Mode', modeWords(declaration)],
    ['Events per request', batch ? 'One or many; each is stored and handled by itself.' : 'One.'],
  ]
  return `## What is read from an event\n\n${table(rows)}`
}

function answerSection({ declaration }: SourceProvider): string {
  const { reply, handshake } = declaration
  const accepted = reply?.accepted
  const body = accepted?.body ? ` with the body \`${accepted.body}\`` : ''
  const rows = [
    ['Stored', accepted ? `${accepted.status}${body}` : '200 with the id of the event'],
    ['Refused', String(reply?.refusedStatus ?? 400)],
    ['Its retries', retryWords(declaration)],
    ['Registration challenge', handshake ? 'answered' : 'none'],
  ]
  return `## What it is answered\n\n${table(rows)}`
}

function sampleSection({ declaration }: SourceProvider): string {
  const samples = declaration.samples.map(({ type, scheme, body }) => {
    const isText = typeof body === 'string'
    const text = isText ? body : JSON.stringify(body, null, 2)
    const from = scheme ? `, sent by \`${scheme}\`` : ''
    return `\`${type}\`${from}:\n\n\`\`\`${isText ? 'text' : 'json'}\n${text}\n\`\`\``
  })
  const says = `\`hookline trigger ${declaration.name} <type>\` sends such events, signed.`
  return ['## Samples', ...(declaration.name === 'stripe' ? [says] : []), ...samples].join('\n\n')
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map(
    ([name = '', value = '']) => `| ${name} | ${value.replaceAll('|', '\\|')} |`,
  )
  return ['| | |', '|---|---|', ...lines].join('\n')
}

function sentence(text: string | undefined): string | undefined {
  return text && `${capital(text)}.`
}

/** The page that lists them all, by name. */
export function indexPage(providers: readonly SourceProvider[]): string {
  const rows = providers.map(({ declaration }) => {
    const schemes = Object.values(schemesOf(declaration))
    const isAuthenticated = schemes.map(({ facts }) => (facts.bodyAuthenticated ? 'yes' : 'no'))
    const proofs = schemes.map(({ facts }) => facts.algorithm)
    const link = `[${declaration.title}](${declaration.name}.md)`
    return `| ${link} | ${proofs.join('; or ')} | ${[...new Set(isAuthenticated)].join(' or ')} |`
  })
  return [
    '# Providers',
    '',
    generated,
    '',
    'After this page you can tell whether Hookline knows a sender, and how it checks its requests.',
    `There are ${rows.length}. For any other, see [any sender](../../recipes/any-sender.md);`,
    'to add one, see [add a provider](../../recipes/add-a-provider.md).',
    '',
    '| provider | how a request is proved | is the body authenticated? |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
