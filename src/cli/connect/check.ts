/** `--check`: how the endpoint differs from what the app wants, and with `--fix` no longer. */
import { HooklineError } from '../../base/errors.ts'
import type { DriftView } from '../../client/admin.ts'
import { printJson } from '../output.ts'
import { type Connecting, say, sayDone } from './connecting.ts'

export async function checkDrift(connecting: Connecting, isFixing: boolean): Promise<void> {
  const { api, view, given } = connecting
  const { data } = await api.connect.check(view.source, given)
  for (const { kind, detail } of data) say(connecting, `${kind}: ${detail}`)
  const left = isFixing && data.length > 0 ? await fixed(connecting) : data
  if (connecting.isJson) printJson({ source: view.source, found: data, left })
  if (left.length > 0) throw drifted(connecting, left.length)
  sayDone(connecting, data.length === 0 ? 'nothing differs' : 'what differed was put right')
}

async function fixed({ api, view, given }: Connecting): Promise<readonly DriftView[]> {
  await api.connect.ensure(view.source, given)
  return (await api.connect.check(view.source, given)).data
}

function drifted({ view }: Connecting, count: number): HooklineError {
  return new HooklineError(
    'connect_drift',
    `The endpoint of '${view.source}' differs from what the app wants in ${count} ` +
      `${count === 1 ? 'way' : 'ways'}, listed above. Handlers or the endpoint were likely ` +
      'changed since it was made. Put it right with ' +
      `\`hookline connect ${view.source} --check --fix\`.`,
  )
}
