/** What the steps of `hookline connect` share, and how they speak. */
import type { Admin, ConnectedEndpoint, ConnectOptions, ConnectView } from '../../client/admin.ts'
import { paint, print } from '../output.ts'
import { printableLine } from '../printable.ts'

export interface Connecting {
  readonly api: Admin
  /** As it was at the start. */
  readonly view: ConnectView
  readonly given: ConnectOptions
  readonly isJson: boolean
  /** Set by the step that makes it. */
  endpoint?: ConnectedEndpoint
}

/** A line for a person; where JSON is asked for, nothing. */
export function say({ isJson }: Connecting, line: string): void {
  if (!isJson) print(printableLine(line))
}

export function sayDone({ isJson }: Connecting, line: string): void {
  if (!isJson) print(`${paint('green', 'done')}  ${printableLine(line)}`)
}

export function isDone({ view }: Connecting, step: string): boolean {
  return view.steps.some(({ name, state }) => name === step && state === 'done')
}

/** For people and prompts beside JSON: on standard error, where no program reads. */
export function guide(lines: readonly string[]): void {
  for (const [i, line] of lines.entries()) {
    process.stderr.write(`  ${i + 1}. ${printableLine(line)}\n`)
  }
}
