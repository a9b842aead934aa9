/** The end of a run: every delivery has come to rest, every app has stopped by itself. */
import { openDeliveries } from './checker.ts'
import type { RunningApp } from './running-app.ts'
import { until } from './until.ts'

const drainWithinMs = 60_000

export async function drained(database: string): Promise<void> {
  await until('every delivery is at rest', () => openDeliveries(database) === 0, drainWithinMs)
}

/** @throws Error where it does not end well. */
export async function stopApp(app: RunningApp): Promise<void> {
  app.signal('SIGTERM')
  const { code, signal } = await app.ended
  if (code !== 0) throw new Error(`The app ended with ${signal ?? code}:\n${app.said.join('\n')}`)
}
