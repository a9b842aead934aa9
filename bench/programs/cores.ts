/**
 * Gives the server and the load cores of their own, where the machine has two and `taskset`, so
 * that one does not take the other's time. Elsewhere both go where the system puts them.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Cores {
  /** As `taskset -c` takes them: `0` or `0,1,2`. */
  readonly server: string
  readonly load: string
}

/** The last core is the load's, all others are the server's. */
export function splitCores(): Cores | undefined {
  const cores = allowedCores()
  const load = cores.at(-1)
  if (load === undefined || cores.length < 2 || !hasTaskset()) return undefined
  return { server: cores.slice(0, -1).join(','), load: String(load) }
}

function hasTaskset(): boolean {
  return spawnSync('taskset', ['--version']).status === 0
}

function allowedCores(): number[] {
  try {
    const status = readFileSync('/proc/self/status', 'utf8')
    return listedCores(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '')
  } catch {
    return [] // no Linux
  }
}

/** `0-2,5` is 0, 1, 2 and 5. */
export function listedCores(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number)
    if (part === '' || Number.isNaN(first)) return []
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

export function coresText(cores: Cores | undefined): string {
  if (!cores) return 'No process was pinned to a core.'
  return `Server on core ${cores.server}, load on core ${cores.load}.`
}
