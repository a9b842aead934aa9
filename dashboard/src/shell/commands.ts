/** What the command menu offers for a text: pages, sources, an event by its id, and actions. */
import type { SourceView } from 'hookline/client'
import type { PageEntry } from '../pages.ts'
import type { IconName } from '../parts/icon.tsx'
import { storeTheme } from './theme.ts'

export interface Command {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly icon: IconName
  /** A path below the mode, or what is done. */
  readonly run: string | (() => void)
}

const shownMax = 12

export function commandsFor(
  text: string,
  sources: readonly SourceView[],
  pages: readonly PageEntry[],
): Command[] {
  const wanted = text.trim().toLowerCase()
  const fixed = [...pageCommands(pages), ...sources.map(sourceCommand), ...actions]
  const found = fixed.filter(({ title, about }) =>
    `${title} ${about}`.toLowerCase().includes(wanted),
  )
  return [...namedCommands(text.trim()), ...found].slice(0, shownMax)
}

function pageCommands(pages: readonly PageEntry[]): Command[] {
  return pages.map(({ path, title, about, icon }) => ({
    id: `page ${path}`,
    title,
    about,
    icon,
    run: path,
  }))
}

function sourceCommand({ name, provider }: SourceView): Command {
  return {
    id: `source ${name}`,
    title: `Events of ${name}`,
    about: `Source, ${provider}`,
    icon: 'source',
    run: `/events?source=${encodeURIComponent(name)}`,
  }
}

/** An event by its id, and anything else as a search through the events. */
function namedCommands(text: string): Command[] {
  if (text === '') return []
  if (/^evt_[0-9A-Z]{26}$/i.test(text)) {
    const id = `evt_${text.slice(4).toUpperCase()}`
    return [{ id, title: id, about: 'Open this event', icon: 'events', run: `/events/${id}` }]
  }
  const run = `/events?q=${encodeURIComponent(text)}`
  return [{ id: 'search', title: `Search “${text}”`, about: 'In events', icon: 'search', run }]
}

const actions: readonly Command[] = [
  ...(['light', 'dark', 'system'] as const).map((theme) => ({
    id: `theme ${theme}`,
    title: `Theme: ${theme === 'system' ? 'as the system' : theme}`,
    about: 'Action',
    icon: 'sun' as const,
    run: () => storeTheme(theme),
  })),
  {
    id: 'api',
    title: 'Description of the API',
    about: 'OpenAPI, in a new tab',
    icon: 'logs',
    run: () => void open('/api/v1/openapi.json'),
  },
]
