/** How much processor time other programs took: a database server with all of its processes. */
import { readdirSync, readFileSync } from 'node:fs'

/** USER_HZ, which Linux fixes for all that it tells. */
const ticksPerSecond = 100

interface Times {
  readonly parent: number
  /** Of the process itself, and of its children that have ended. */
  readonly ticks: number
}

/**
 * Of the process and all below it, in milliseconds, with those that have ended. Undefined where the
 * system has no /proc.
 */
export function processTreeCpuMs(pid: number): number | undefined {
  const all = readProcesses()
  if (!all.has(pid)) return undefined
  const isBelow = (one: number): boolean => {
    const parent = all.get(one)?.parent
    return one === pid || (parent !== undefined && parent > 1 && isBelow(parent))
  }
  let ticks = 0
  for (const [one, times] of all) if (isBelow(one)) ticks += times.ticks
  return (ticks * 1000) / ticksPerSecond
}

function readProcesses(): Map<number, Times> {
  const times = new Map<number, Times>()
  for (const name of listProcesses()) {
    try {
      times.set(Number(name), parseStat(readFileSync(`/proc/${name}/stat`, 'latin1')))
    } catch {
      // It ended between the listing and the reading; its time is with its parent.
    }
  }
  return times
}

function listProcesses(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** The name in brackets may hold spaces: fields are counted from its end. See proc_pid_stat(5). */
export function parseStat(text: string): Times {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((at) =>
    Number(fields[at]),
  )
  const sum = (user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0)
  return { parent: parent ?? 0, ticks: sum }
}
