/** All providers, found by a few letters of their name. */
import type { ProviderView } from 'hookline/client'
import { useState } from 'react'
import { Icon } from '../../parts/icon.tsx'
import { AnySender } from './any-sender.tsx'

interface PickerProps {
  readonly providers: readonly ProviderView[]
  readonly onChoose: (provider: ProviderView) => void
}

export function ProviderPicker({ providers, onChoose }: PickerProps) {
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const found = providers.filter(({ name, title }) =>
    `${name} ${title}`.toLowerCase().includes(wanted),
  )
  return (
    <div className="flex flex-col gap-4 px-4 pt-2 pb-8">
      <label className="relative flex max-w-md items-center">
        <span className="sr-only">Find a provider</span>
        <span className="pointer-events-none absolute left-2.5 text-muted">
          <Icon name="search" size={13} />
        </span>
        <input
          className="input w-full pl-7.5"
          placeholder="Find a provider"
          spellCheck={false}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <ul
        aria-label="Providers"
        className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-5"
      >
        {found.map((provider) => (
          <li key={provider.name}>
            <button
              type="button"
              onClick={() => onChoose(provider)}
              className="card flex h-full w-full flex-col px-4 py-3 text-left hover:border-accent"
            >
              <span className="font-medium">{provider.title}</span>
              <span className="text-xs text-muted">
                {provider.secret === null ? 'no secret needed' : `its ${provider.secret.title}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className="text-muted">None is called so. The app can declare it as below.</p>
      )}
      <AnySender />
    </div>
  )
}
