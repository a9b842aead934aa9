/** The fields of the filter, each of which is part of the address. */
import { type ReactNode, useEffect, useState } from 'react'
import { useSources } from '../../api/queries.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { isEmptyFilter, type ListFilter, readFilter, spans, statuses } from './filter.ts'

const typedMs = 250

interface FilterBarProps {
  readonly filter: ListFilter
  readonly onChange: (filter: ListFilter) => void
}

export function FilterBar({ filter, onChange }: FilterBarProps) {
  const sources = useSources().data?.data ?? []
  const set = (name: keyof ListFilter) => (value: string) => onChange({ ...filter, [name]: value })
  return (
    <search className="flex flex-wrap items-center gap-2 border-b border-line px-4 pb-3">
      <TextField
        label="Text in id, type or key"
        value={filter.q}
        onChange={set('q')}
        className="min-w-40 flex-1 sm:max-w-72"
      />
      <Choice label="Source" value={filter.source} onChange={set('source')}>
        {sources.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </Choice>
      <TextField label="Type" value={filter.type} onChange={set('type')} className="w-44" />
      <Choice label="Status" value={filter.status} onChange={set('status')}>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {status}
          </option>
        ))}
      </Choice>
      <Choice label="Time" value={filter.last} onChange={set('last')}>
        {spans.map(({ value, title }) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </Choice>
      {!isEmptyFilter(filter) && (
        <Button look="quiet" icon="close" onClick={() => onChange(readFilter(''))}>
          Clear
        </Button>
      )}
    </search>
  )
}

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/** Takes effect a moment after the last key, not at each. */
function TextField({ label, value, onChange, className }: FieldProps & { className: string }) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the wait
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text.trim()), typedMs)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <label className={`relative flex items-center ${className}`}>
      <span className="sr-only">{label}</span>
      <span className="pointer-events-none absolute left-2.5 text-muted">
        <Icon name="search" size={13} />
      </span>
      <input
        type="text"
        placeholder={label}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        className="input w-full pl-7.5"
      />
    </label>
  )
}

function Choice({ label, value, onChange, children }: FieldProps & { children: ReactNode }) {
  return (
    <label>
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`input max-w-44 pr-1 ${value === '' ? 'text-muted' : ''}`}
      >
        <option value="">{label}: any</option>
        {children}
      </select>
    </label>
  )
}
