/** One pretend company: which event, to which source, and the scenarios as buttons. */
import { useMutation } from '@tanstack/react-query'
import type { SandboxProviderView, ScenarioView, SendingView } from 'hookline/client'
import { useState } from 'react'
import { api } from '../../api/server.ts'
import { Icon } from '../../parts/icon.tsx'
import { Failure } from '../../parts/notice.tsx'
import { Outcomes } from './play-list.tsx'
import { addPlay } from './plays.ts'
import { TypePicker } from './type-picker.tsx'

const countMax = 1_000
const usualType = 'payment_intent.succeeded'

export function Player({ provider }: { readonly provider: SandboxProviderView }) {
  const { title, types, sources, scenarios } = provider
  const [type, setType] = useState(types.includes(usualType) ? usualType : (types[0] ?? ''))
  const [named, setSource] = useState<string>()
  const [count, setCount] = useState('10')
  const source = sources.find((name) => name === named) ?? sources[0] ?? ''
  const run = useMutation({
    mutationFn: (scenario: ScenarioView) => play({ scenario, type, source, count }),
  })
  const buttons = { isBusy: run.isPending, onPlay: run.mutate }
  return (
    <section aria-label={title} className="card flex min-w-0 flex-col gap-5 p-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="text-base font-semibold">{title}</h2>
        <SourceChoice sources={sources} chosen={source} onChoose={setSource} />
      </header>
      <TypePicker types={types} chosen={type} onChoose={setType} />
      <fieldset className="min-w-0">
        <legend className="mb-2 font-medium">What to do with it</legend>
        <Scenarios scenarios={scenarios.filter(({ isCounted }) => !isCounted)} {...buttons} />
      </fieldset>
      <fieldset className="min-w-0">
        <legend className="mb-2 flex w-full flex-wrap items-center gap-x-3 gap-y-2">
          <span className="font-medium">Or many at once</span>
          <label className="flex items-center gap-2 text-xs text-muted">
            How many events
            <input
              className="input w-20 tabular-nums"
              type="number"
              min={1}
              max={countMax}
              value={count}
              onChange={({ target }) => setCount(target.value)}
            />
          </label>
        </legend>
        <Scenarios scenarios={scenarios.filter(({ isCounted }) => isCounted)} {...buttons} />
      </fieldset>
      {run.error && <Failure error={run.error} />}
      {run.data && (
        <div role="status" className="flex flex-wrap items-center gap-2 xl:hidden">
          <Outcomes sendings={run.data} />
        </div>
      )}
    </section>
  )
}

interface Asked {
  readonly scenario: ScenarioView
  readonly type: string
  readonly source: string
  readonly count: string
}

async function play({ scenario, type, source, count }: Asked): Promise<readonly SendingView[]> {
  const number = Math.min(countMax, Math.max(1, Math.round(Number(count)) || 1))
  const { data } = await api.sandbox.play({
    ...{ source, type, scenario: scenario.name },
    ...(scenario.isCounted ? { count: number } : {}),
  })
  const title = scenario.isCounted ? `${scenario.title}: ${number}` : scenario.title
  addPlay({ title, type, source, at: new Date().toISOString(), sendings: data })
  return data
}

function SourceChoice({
  sources,
  chosen,
  onChoose,
}: {
  readonly sources: readonly string[]
  readonly chosen: string
  readonly onChoose: (source: string) => void
}) {
  if (sources.length < 2) {
    return <span className="text-muted">sends to /webhooks/{chosen}</span>
  }
  return (
    <label className="flex items-center gap-2 text-muted">
      sends to
      <select className="input" value={chosen} onChange={({ target }) => onChoose(target.value)}>
        {sources.map((name) => (
          <option key={name} value={name}>
            /webhooks/{name}
          </option>
        ))}
      </select>
    </label>
  )
}

interface ScenariosProps {
  readonly scenarios: readonly ScenarioView[]
  readonly isBusy: boolean
  readonly onPlay: (scenario: ScenarioView) => void
}

function Scenarios({ scenarios, isBusy, onPlay }: ScenariosProps) {
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      {scenarios.map((scenario) => (
        <ScenarioButton
          key={scenario.name}
          scenario={scenario}
          isBusy={isBusy}
          onPlay={() => onPlay(scenario)}
        />
      ))}
    </div>
  )
}

interface ScenarioButtonProps {
  readonly scenario: ScenarioView
  readonly isBusy: boolean
  readonly onPlay: () => void
}

function ScenarioButton({ scenario, isBusy, onPlay }: ScenarioButtonProps) {
  return (
    <button
      type="button"
      disabled={isBusy}
      onClick={onPlay}
      className="flex items-start gap-3 rounded-lg border border-edge p-3 text-left
        transition-colors hover:bg-sunken disabled:opacity-60"
    >
      <span className="mt-0.5 text-accent">
        <Icon name={scenario.name === 'forged' ? 'shield' : 'play'} size={14} />
      </span>
      <span className="min-w-0">
        <span className="block font-medium">{scenario.title}</span>
        <span className="block text-xs text-muted">{scenario.about}</span>
      </span>
    </button>
  )
}
