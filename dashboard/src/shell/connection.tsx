/** Whether the page hears what happens. */
import { type Connection, useConnection } from '../api/feed.ts'

const shown: Readonly<Record<Connection, { text: string; about: string; colour: string }>> = {
  connecting: { text: 'Connecting', about: 'The stream is being opened.', colour: 'text-muted' },
  live: { text: 'Connected', about: 'What happens is shown as it happens.', colour: 'text-ok' },
  lost: {
    text: 'Reconnecting',
    about: 'The server does not answer. It is tried again by itself.',
    colour: 'text-bad',
  },
  paused: { text: 'Paused', about: 'The page is hidden.', colour: 'text-muted' },
}

export function ConnectionState() {
  const { text, about, colour } = shown[useConnection()]
  return (
    <span role="status" title={about} className={`flex items-center gap-1.5 text-xs ${colour}`}>
      <span className="size-2 rounded-full bg-current" aria-hidden="true" />
      <span className="max-sm:sr-only">{text}</span>
    </span>
  )
}
