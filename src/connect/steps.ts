/** How far a source is connected, in four steps, and what comes next. It asks nobody outside. */
import type { Connection } from '../storage/connections.ts'
import type { ConnectSource } from './target.ts'

export type StepName = 'key' | 'endpoint' | 'secret' | 'event'
export type StepState = 'done' | 'missing' | 'not_needed'

export interface Step {
  readonly name: StepName
  readonly state: StepState
}

export interface StepFacts {
  readonly source: Pick<ConnectSource, 'declaration' | 'api' | 'secrets' | 'secretNames' | 'name'>
  readonly connection: Connection | undefined
  /** Of the API's key as it is now; undefined where there is none. */
  readonly keyMark: string | undefined
  /** When the last verified event came, in milliseconds since 1970. */
  readonly lastEventAt: number | undefined
}

export interface Progress {
  readonly steps: readonly Step[]
  /** What to do for the first step that is missing; null where all are done. */
  readonly next: { readonly step: StepName; readonly what: string } | null
}

export function progressOf(facts: StepFacts): Progress {
  const { source, connection, keyMark, lastEventAt } = facts
  const isMadeHere = source.declaration?.endpoints !== undefined && source.api !== undefined
  const isSeen = lastEventAt !== undefined && lastEventAt >= (connection?.endpointAt ?? 0)
  const hasEndpoint = connection?.endpointId != null || isSeen
  const isKeyTried = keyMark !== undefined && connection?.keyMark === keyMark
  const needsKey = isMadeHere && !hasEndpoint
  const steps: Step[] = [
    { name: 'key', state: isKeyTried ? 'done' : needsKey ? 'missing' : 'not_needed' },
    { name: 'endpoint', state: hasEndpoint ? 'done' : 'missing' },
    { name: 'secret', state: secretState(source) },
    { name: 'event', state: isSeen ? 'done' : 'missing' },
  ]
  const missing = steps.find(({ state }) => state === 'missing')
  return {
    steps,
    next: missing ? { step: missing.name, what: whatNext(missing.name, facts) } : null,
  }
}

function secretState({ secrets, secretNames }: StepFacts['source']): StepState {
  if (secrets.length > 0) return 'done'
  return secretNames.length > 0 ? 'missing' : 'not_needed'
}

function whatNext(step: StepName, { source, keyMark }: StepFacts): string {
  const command = `hookline connect ${source.name}`
  switch (step) {
    case 'key':
      return keyMark === undefined
        ? `Set ${source.api?.keyNames[0] ?? 'the key'}: ${command}`
        : `Try the key that is set: ${command}`
    case 'endpoint':
      return `Make the webhook endpoint at the provider: ${command}`
    case 'secret':
      return `Set ${source.secretNames[0] ?? 'the secret'}: ${command}`
    case 'event':
      return 'Wait for the first event, or have the provider send one.'
  }
}
