/**
 * Loaded before an app that is to be broken: the app's one import of `openStorage` is answered
 * with that of the broken-storage.ts beside the app. So the sources hold no switch, and a control
 * differs from a real run in this alone.
 */
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

const app = pathToFileURL(process.argv[1] ?? '')
const broken = new URL('./broken-storage.ts', app).href

registerHooks({
  resolve: (specifier, context, nextResolve) => {
    const resolved = nextResolve(specifier, context)
    const isOpening = resolved.url.endsWith('/src/storage/open.ts')
    return isOpening && context.parentURL?.endsWith('/src/hookline.ts')
      ? { ...resolved, url: broken }
      : resolved
  },
})
