/**
 * The lines that make a source part of an app, for its author to paste. They hold no secret: what
 * must stay out of the text is read from the environment.
 */
import type { Mode, ProviderView } from 'hookline/client'

export interface WantedSource {
  readonly provider: Pick<ProviderView, 'name' | 'exportName' | 'types' | 'settings'>
  readonly name: string
  /** By the name of the setting; empty ones are left out. */
  readonly settings: Readonly<Record<string, string>>
  /** Undefined where it is that of the server. */
  readonly mode: Mode | undefined
}

export interface AppLines {
  readonly imports: string
  readonly source: string
  readonly handler: string
}

export function appLines(wanted: WantedSource): AppLines {
  const { provider, name } = wanted
  const [type = '*'] = provider.types
  return {
    imports: `import { ${provider.exportName} } from 'hookline'`,
    source: `${memberName(name)}: ${provider.exportName}(${optionsText(wanted)}),`,
    handler: [
      `app.on(${quoted(name)}, ${quoted(type)}, async (event, tx) => {`,
      `  await tx.doc(${quoted(`${name}/last`)}).set({ id: tx.event.id, type: tx.event.type })`,
      '})',
    ].join('\n'),
  }
}

/** The name under which a setting is read that must not stand in the text. */
export function settingVariable(provider: string, setting: string): string {
  const words = setting.replace(/[A-Z]/g, (letter) => `_${letter}`)
  return `${provider}_${words}`.replaceAll('-', '_').toUpperCase()
}

function optionsText(wanted: WantedSource): string {
  const { mode } = wanted
  const settings = settingTexts(wanted)
  const members = [
    ...(mode === undefined ? [] : [`mode: '${mode}'`]),
    ...(settings.length === 0 ? [] : [`settings: { ${settings.join(', ')} }`]),
  ]
  return members.length === 0 ? '' : `{ ${members.join(', ')} }`
}

function settingTexts({ provider, settings }: WantedSource): string[] {
  return provider.settings.flatMap(({ name, kind, isSecret, isRequired }) => {
    const value = (settings[name] ?? '').trim()
    if (isSecret && (isRequired || value !== '')) {
      return [`${name}: process.env.${settingVariable(provider.name, name)} ?? ''`]
    }
    if (value === '') return []
    if (kind === 'number') return [`${name}: ${Number(value)}`]
    if (kind === 'list') return [`${name}: [${certificatesIn(value).map(quoted).join(', ')}]`]
    return [`${name}: ${quoted(value)}`]
  })
}

function certificatesIn(text: string): string[] {
  return text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? []
}

function memberName(name: string): string {
  return /^[a-z_$][\w$]*$/i.test(name) ? name : quoted(name)
}

/** As TypeScript reads it back, whatever it holds. */
function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${escaped}'`
}
