/** A provider whose endpoint a person makes: says the steps, and takes the secret. */
import { readValue } from '../keys/value.ts'
import { type Connecting, guide, isDone, sayDone } from './connecting.ts'

export async function makeByHand(connecting: Connecting): Promise<void> {
  const { api, view } = connecting
  if (!isDone(connecting, 'event')) {
    process.stderr.write(`What to do at ${view.provider}:\n`)
    guide([...(view.guide ? [signUp(view.guide)] : []), ...stepsOf(connecting)])
  }
  const [name] = view.secretNames
  if (name === undefined) return
  if (isDone(connecting, 'secret')) return sayDone(connecting, `${name} is set`)
  const value = await readValue(name)
  await api.keys.set(name, { value, mode: view.mode })
  sayDone(connecting, `${name} is in the vault`)
}

function stepsOf({ view }: Connecting): readonly string[] {
  const url = view.url ?? `the public address of this server and /webhooks/${view.source}`
  return view.guide?.endpointSteps ?? [`Have the sender post to ${url}.`]
}

function signUp({ signUpUrl }: { readonly signUpUrl: string }): string {
  return `No account yet? ${signUpUrl}`
}
