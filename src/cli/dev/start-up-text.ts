/** What `dev` prints when the app is there for the first time. */
import { commandName, paint, print, printJsonLine } from '../output.ts'
import type { ChildOptions, Ready } from './messages.ts'

export interface StartUp {
  readonly file: ChildOptions['file']
  readonly ready: Ready
  readonly sandboxUrl: string | undefined
}

/** The sign-in link is a secret that works once; nothing else here is one. */
export function printStartUp(startUp: StartUp, isJson: boolean): void {
  if (isJson) printJsonLine(summary(startUp))
  else print(text(startUp))
}

function summary({ file, ready, sandboxUrl }: StartUp): object {
  const { url, adminUrl, signInLink, sources } = ready
  const webhooks = sources.map(({ name }) => [name, webhookUrl(ready, name)])
  return {
    event: 'ready',
    file: file.shownAs,
    url,
    adminUrl,
    webhooks: Object.fromEntries(webhooks),
    sandboxUrl,
    signInLink,
  }
}

function text({ file, ready, sandboxUrl }: StartUp): string {
  const { url, signInLink, sources } = ready
  const rows: [label: string, value: string][] = [
    file.isShop ? ['Shop', `${url}/shop`] : ['App', url],
    ...sources.map(({ name }): [string, string] => ['Webhooks', webhookUrl(ready, name)]),
    ...(sandboxUrl === undefined ? [] : ([['Sandbox', sandboxUrl]] as [string, string][])),
  ]
  const canTrigger = sandboxUrl !== undefined && sources.some(isStripe)
  const hints: [label: string, value: string][] = [
    ...(canTrigger ? ([['Try', triggerHint(ready)]] as [string, string][]) : []),
    ['Stop', 'Ctrl-C'],
  ]
  const title = paint('bold', `Hookline runs ${file.shownAs}`)
  // Last and alone: the link is long, and whatever follows it would be lost behind it.
  const note = '  The link signs you in once, within ten minutes. Each start prints a new one.'
  const link = line(['Dashboard', String(signInLink)])
  return [title, '', ...rows.map(line), '', ...hints.map(line), '', note, link, ''].join('\n')
}

function line([label, value]: readonly [label: string, value: string]): string {
  return `  ${label.padEnd(10)}  ${value}`
}

function isStripe({ provider }: Ready['sources'][number]): boolean {
  return provider === 'stripe'
}

function triggerHint({ sources }: Ready): string {
  return `${commandName} trigger ${sources.find(isStripe)?.name} payment_intent.succeeded`
}

function webhookUrl({ url }: Ready, source: string): string {
  return `${url}/webhooks/${source}`
}
