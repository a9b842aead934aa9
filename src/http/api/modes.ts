/** Test and live are never mixed: a source, and each of its handlers, has one mode. */
import type { Mode } from '../../base/mode.ts'
import type { Sources } from '../../inbox/sources.ts'

/** Undefined where no mode is asked for, and all sources are meant. */
export function sourcesOfMode(sources: Sources, mode: Mode | undefined): string[] | undefined {
  if (mode === undefined) return undefined
  return [...sources.values()].filter((source) => source.mode === mode).map(({ name }) => name)
}

/** A target is a source, a slash and the name of a handler. */
export function sourceOf(target: string): string {
  const slash = target.indexOf('/')
  return slash < 0 ? target : target.slice(0, slash)
}
