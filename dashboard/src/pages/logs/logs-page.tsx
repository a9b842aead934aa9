/** Logs: the last lines of the process that answers, with new ones as they are written. */
import { useQueryClient } from '@tanstack/react-query'
import type { LogLineView } from 'hookline/client'
import { useState } from 'react'
import { Link, useSearch } from 'wouter'
import { useStream } from '../../api/feed.ts'
import { useLogs } from '../../api/lists.ts'
import { useHref } from '../../mode.ts'
import { Empty } from '../../parts/notice.tsx'
import { PageTitle } from '../../parts/page-title.tsx'
import { Rows } from '../../parts/rows.tsx'
import { Badge } from '../../parts/status.tsx'
import { Clock } from '../../parts/time.tsx'
import { visibleText } from '../../payload/visible-text.ts'

const levels = ['info', 'warn', 'error'] as const
const tones = { info: 'muted', warn: 'warn', error: 'bad' } as const

export function LogsPage() {
  const given = new URLSearchParams(useSearch())
  const [text, setText] = useState(given.get('q') ?? '')
  const [level, setLevel] = useState<LogLineView['level']>('info')
  const event = given.get('event')
  const client = useQueryClient()
  useStream('hookline/logs', () => void client.invalidateQueries({ queryKey: ['logs'] }))
  const list = useLogs({ level, ...(text && { q: text }), ...(event && { event }) })
  return (
    <>
      <PageTitle title="Logs" {...(event && { about: `Lines of ${event}` })} />
      <search className="flex flex-wrap gap-2 border-b border-line px-4 pb-3">
        <label className="min-w-40 flex-1 sm:max-w-96">
          <span className="sr-only">Text in a line</span>
          <input
            className="input w-full"
            placeholder="Text in a line"
            spellCheck={false}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <label>
          <span className="sr-only">Level</span>
          <select
            className="input"
            value={level}
            onChange={({ target }) =>
              setLevel(levels.find((one) => one === target.value) ?? 'info')
            }
          >
            {levels.map((one) => (
              <option key={one} value={one}>
                {one === 'error' ? 'error' : `${one} and graver`}
              </option>
            ))}
          </select>
        </label>
      </search>
      <Rows
        label="Lines"
        list={list}
        empty={<Empty icon="logs" title="No line of the log matches" />}
      >
        {(each) => <Line key={each.number} line={each} />}
      </Rows>
    </>
  )
}

function Line({ line }: { readonly line: LogLineView }) {
  const { at, level, message, fields } = line
  const href = useHref()
  const { event, ...rest } = fields
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5">
      <span className="w-24 text-xs text-muted">
        <Clock at={at} />
      </span>
      <span className="w-16">
        <Badge tone={tones[level]}>{level}</Badge>
      </span>
      <span className="min-w-0 break-words">{visibleText(message)}</span>
      <span
        className="payload min-w-0 basis-full break-all text-xs text-muted lg:flex-1
        lg:basis-0"
      >
        {Object.entries(rest)
          .map(([name, value]) => `${name}=${visibleText(String(value))}`)
          .join(' ')}
      </span>
      {typeof event === 'string' && (
        <Link href={href(`/events/${event}`)} className="font-mono text-xs text-accent underline">
          {event}
        </Link>
      )}
    </li>
  )
}
