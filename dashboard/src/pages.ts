/** The pages of the dashboard, once: the navigation, the command menu and the routes read this. */
import type { IconName } from './parts/icon.tsx'

export interface PageEntry {
  readonly path: string
  readonly title: string
  readonly about: string
  readonly icon: IconName
  /** Shown where a sandbox runs beside the server. */
  readonly needs?: 'sandbox'
}

export const pages: readonly PageEntry[] = [
  { path: '', title: 'Line', about: 'Events as they travel', icon: 'line' },
  { path: '/events', title: 'Events', about: 'Every webhook that came in', icon: 'events' },
  { path: '/failed', title: 'Dead letters', about: 'What ran out of attempts', icon: 'failed' },
  { path: '/replays', title: 'Replays', about: 'Many events once more', icon: 'replay' },
  { path: '/rejected', title: 'Rejected', about: 'Requests that were refused', icon: 'shield' },
  { path: '/sources', title: 'Sources', about: 'Where events come from', icon: 'source' },
  { path: '/documents', title: 'Documents', about: 'What handlers wrote', icon: 'document' },
  { path: '/keys', title: 'Keys', about: 'Secrets, by name alone', icon: 'key' },
  { path: '/calls', title: 'Calls', about: 'Requests made with your keys', icon: 'call' },
  { path: '/health', title: 'Health', about: 'Rates, times and queues', icon: 'health' },
  { path: '/logs', title: 'Logs', about: 'What the server wrote', icon: 'logs' },
  { path: '/audit', title: 'Audit', about: 'Who did what', icon: 'user' },
  {
    path: '/sandbox',
    title: 'Sandbox',
    about: 'Send events yourself',
    icon: 'sandbox',
    needs: 'sandbox',
  },
  {
    path: '/learn',
    title: 'Learn',
    about: 'Three exercises, five minutes',
    icon: 'learn',
    needs: 'sandbox',
  },
]
