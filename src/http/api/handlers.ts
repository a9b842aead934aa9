/** Handlers by name. Whoever names one that is not there is told which are. */
import { HooklineError } from '../../base/errors.ts'
import type { NewDelivery } from '../../storage/storage.ts'
import type { HandlerInfo } from '../served.ts'

const namesShownMax = 50

/** Of these deliveries those to the named handlers, or all of them where none is named. */
export function deliveriesTo(
  wanted: readonly NewDelivery[],
  names: readonly string[] | undefined,
): readonly NewDelivery[] {
  if (names === undefined) return wanted
  const known = wanted.map(({ target }) => nameIn(target))
  for (const name of names) if (!known.includes(name)) throw handlerUnknown(name, known)
  return wanted.filter(({ target }) => names.includes(nameIn(target)))
}

/** The targets of the handlers with these names, of one source or of all. */
export function targetsNamed(
  handlers: readonly HandlerInfo[],
  names: readonly string[],
  source: string | undefined,
): string[] {
  const candidates = handlers.filter((handler) => source === undefined || handler.source === source)
  const known = candidates.map(({ name }) => name)
  for (const name of names) if (!known.includes(name)) throw handlerUnknown(name, known)
  return candidates.filter(({ name }) => names.includes(name)).map(({ target }) => target)
}

function nameIn(target: string): string {
  return target.slice(target.indexOf('/') + 1)
}

function handlerUnknown(name: string, known: readonly string[]): HooklineError {
  const names = [...new Set(known)].slice(0, namesShownMax)
  return new HooklineError(
    'payload_invalid',
    `No handler that could take this is named '${name}'. It is misspelt, or no longer in ` +
      'the app. ' +
      (names.length > 0 ? `There are: ${names.join(', ')}.` : 'There is none at all.'),
  )
}
