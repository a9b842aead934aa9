/** A change as what was before and what is after, one line each. */
import type { JsonObject } from 'hookline/client'
import { differences } from './diff.ts'
import { visibleText } from './visible-text.ts'

const shownMax = 300

interface DiffViewProps {
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
}

export function DiffView({ before, after }: DiffViewProps) {
  const found = differences(before, after)
  if (found.length === 0) return <p className="px-4 py-2 text-muted">Written as it was.</p>
  return (
    <ul className="payload overflow-x-auto py-2">
      {found.map(({ path, before: old, after: now }) => (
        <li key={path} className="w-max min-w-full">
          {old !== undefined && (
            <Side sign="-" tone="bg-bad-soft text-bad" path={path} text={old} />
          )}
          {now !== undefined && <Side sign="+" tone="bg-ok-soft text-ok" path={path} text={now} />}
        </li>
      ))}
    </ul>
  )
}

interface SideProps {
  readonly sign: '+' | '-'
  readonly tone: string
  readonly path: string
  readonly text: string
}

function Side({ sign, tone, path, text }: SideProps) {
  const shown = text.length > shownMax ? `${text.slice(0, shownMax)}…` : text
  return (
    <div className={`px-4 whitespace-pre ${tone}`}>
      {sign} {visibleText(path === '' ? shown : `${path}: ${shown}`)}
    </div>
  )
}
