/** The budgets, who calls most, and what went wrong, side by side. */
import type { CallsSummaryView, SpendingView } from 'hookline/client'
import type { ReactNode } from 'react'
import { Ago, bytesText, countText, leftText, spanText, useNow } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'
import { CallEnd } from './call-row.tsx'

const linesShown = 6

export function CallOverview({ summary }: { readonly summary: CallsSummaryView }) {
  const { apis, callers, faults } = summary
  if (apis.length === 0 && callers.length === 0) return null
  return (
    <div className="grid gap-4 px-4 pt-2 pb-4 lg:grid-cols-3">
      <Budgets summary={summary} />
      <Card title="Top callers" about="of the last day">
        {callers.length > 0 && <CallersHead />}
        {callers.slice(0, linesShown).map(({ api, sub, calls, faults: bad, bytes }) => (
          <li key={`${api} ${sub}`} className="flex items-center gap-3 py-1">
            <span className="min-w-0 flex-1 truncate font-medium">{visibleText(sub)}</span>
            <span className="min-w-0 flex-1 truncate">{api}</span>
            {bad > 0 && <span className="text-bad tabular-nums">{countText(bad)} failed</span>}
            <span className="w-14 text-right text-muted tabular-nums">{bytesText(bytes)}</span>
            <span className="w-12 text-right font-medium tabular-nums">{countText(calls)}</span>
          </li>
        ))}
        {callers.length === 0 && <Nothing>Nobody called within the last day.</Nothing>}
      </Card>
      <Card title="Errors" about="of the last day">
        {faults.slice(0, linesShown).map(({ api, outcome, status, calls, lastAt }) => (
          <li key={`${api} ${outcome} ${status}`} className="flex items-center gap-3 py-1">
            <CallEnd outcome={outcome} status={status} />
            <span className="min-w-0 flex-1 truncate font-medium">{api}</span>
            <span className="text-muted">
              <Ago at={lastAt} />
            </span>
            <span className="w-12 text-right font-medium tabular-nums">{countText(calls)}</span>
          </li>
        ))}
        {faults.length === 0 && (
          <Nothing>
            {callers.length === 0
              ? 'No call was made within the last day.'
              : 'Every call was answered below 400.'}
          </Nothing>
        )}
      </Card>
    </div>
  )
}

function CallersHead() {
  return (
    <li className="flex items-center gap-3 border-b border-line py-1 text-muted">
      <span className="min-w-0 flex-1">User</span>
      <span className="min-w-0 flex-1">API</span>
      <span className="w-14 text-right">Data</span>
      <span className="w-12 text-right">Calls</span>
    </li>
  )
}

interface CardProps {
  readonly title: string
  readonly about: string
  readonly children: ReactNode
}

function Card({ title, about, children }: CardProps) {
  return (
    <section aria-label={title} className="card min-w-0 p-4">
      <h2 className="mb-1.5 flex items-baseline gap-2 font-medium">
        {title} <span className="text-xs font-normal text-muted">{about}</span>
      </h2>
      <ul className="flex flex-col text-xs">{children}</ul>
    </section>
  )
}

function Nothing({ children }: { readonly children: string }) {
  return <li className="py-1 text-muted">{children}</li>
}

/** The limits of each API, and below them whoever spends now. */
function Budgets({ summary: { apis, spendings } }: { readonly summary: CallsSummaryView }) {
  return (
    <Card title="Budgets" about="of each user">
      {apis.map(({ name, budget }) => (
        <li key={name} className="flex flex-col gap-1 py-1">
          <span className="flex flex-wrap items-baseline gap-x-3">
            <span>
              <span className="text-muted">API</span> <span className="font-medium">{name}</span>
            </span>
            <span className="ml-auto text-muted tabular-nums">
              {countText(budget.requests)} calls, {bytesText(budget.bytes)} in{' '}
              {spanText(budget.windowSeconds * 1_000)}
            </span>
          </span>
          <ul aria-label={`Spending at ${name}`} className="flex flex-col gap-1.5">
            {spendings
              .filter(({ api }) => api === name)
              .slice(0, linesShown)
              .map((spending) => (
                <Spending key={spending.sub} spending={spending} />
              ))}
          </ul>
        </li>
      ))}
      {apis.length === 0 && <Nothing>No API is called in this mode.</Nothing>}
    </Card>
  )
}

function Spending({ spending }: { readonly spending: SpendingView }) {
  const { sub, requests, bytes, limits, resetsAt, open } = spending
  const leftMs = Date.parse(resetsAt) - useNow()
  const isOver = leftMs <= 0
  const share = isOver ? 0 : Math.max(requests / limits.requests, bytes / limits.bytes)
  const spent = isOver ? 0 : requests
  return (
    <li>
      <p className="flex items-baseline gap-3 text-muted tabular-nums">
        <span className="min-w-0 flex-1 truncate">
          User <span className="text-text">{visibleText(sub)}</span>
        </span>
        {open > 0 && <span className="text-info">{open} open</span>}
        <span>
          {countText(spent)} of {countText(limits.requests)}
        </span>
        <span>{isOver ? 'new budget' : `new in ${leftText(leftMs)}`}</span>
      </p>
      <meter
        className="meter mt-0.5 w-full"
        aria-label={`Spent by ${visibleText(sub)}`}
        min={0}
        max={1}
        high={0.8}
        optimum={0}
        value={Math.min(1, share)}
      />
    </li>
  )
}
