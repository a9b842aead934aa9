/** The handshake with the provider as four steps, and what is to be done for the first open one. */
import type { ConnectStep, ConnectStepName, SourceView } from 'hookline/client'
import { Icon } from '../../parts/icon.tsx'
import { Command } from '../../parts/notice.tsx'

const titles: Readonly<Record<ConnectStepName, string>> = {
  key: 'API key',
  endpoint: 'Endpoint',
  secret: 'Secret',
  event: 'First event',
}

const states: Readonly<Record<ConnectStep['state'], string>> = {
  done: 'done',
  missing: 'not yet',
  not_needed: 'not needed',
}

export function ConnectSteps({ source }: { readonly source: SourceView }) {
  const { name, handlers, connect } = source
  const open = connect.next?.step
  return (
    <div className="flex flex-col gap-2">
      <ol aria-label={`Steps of ${name}`} className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        {connect.steps.map((step) => (
          <Step key={step.name} step={step} isNext={step.name === open} />
        ))}
      </ol>
      {connect.next && <Next what={connect.next.what} />}
      {handlers.length === 0 && (
        <p className="text-sm text-warn">
          No handler yet: its events are stored, and no more. Add{' '}
          <code className="font-mono text-xs">app.on('{name}', …)</code>
        </p>
      )}
    </div>
  )
}

function Step({ step, isNext }: { readonly step: ConnectStep; readonly isNext: boolean }) {
  const { name, state } = step
  const isDone = state === 'done'
  const colour = isDone ? 'text-ok' : isNext ? 'text-accent' : 'text-muted'
  return (
    <li
      className={`flex flex-col gap-0.5 border-t-2 pt-1.5 ${
        isDone ? 'border-ok' : isNext ? 'border-accent' : 'border-line'
      }`}
    >
      <span className={`flex items-center gap-1 text-xs font-medium ${colour}`}>
        {isDone && <Icon name="check" size={12} />}
        {titles[name]}
      </span>
      <span className="text-xs text-muted">{isNext ? 'next' : states[state]}</span>
    </li>
  )
}

/** The server ends what it says with the command that does it, where there is one. */
function Next({ what }: { readonly what: string }) {
  const [, text = what, command] = /^(.*?)(?:: (hookline .+))?$/s.exec(what) ?? []
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="min-w-0 flex-1 basis-48">
        Next: {text}
        {command === undefined ? '' : '.'}
      </p>
      {command !== undefined && <Command text={`npx ${command}`} />}
    </div>
  )
}
