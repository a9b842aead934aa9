/**
 * `/client/<file>.js`: the browser client as plain modules, so that a page needs no bundler:
 * `import { connect } from '/client/index.js'`. From a clone the sources are stripped of their
 * types.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { problem } from './problem.ts'

export const clientPrefix = '/client/'

const directory = fileURLToPath(new URL('../client/', import.meta.url))
const modules = new Map<string, string>()

export function clientModule(request: Request, pathname: string): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return problem('method_not_allowed', 'The client is read with GET.', {
      headers: { allow: 'GET, HEAD' },
    })
  }
  const text = moduleText(pathname.slice(clientPrefix.length))
  if (text === undefined) {
    return problem('not_found', 'The client has no such file. Begin at /client/index.js.')
  }
  return new Response(text, {
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
    },
  })
}

/** Only files that the folder lists are served; a name never becomes part of a path unchecked. */
function moduleText(name: string): string | undefined {
  if (modules.size === 0) {
    for (const file of readdirSync(directory)) {
      if (/^[a-z-]+\.[jt]s$/.test(file)) modules.set(file.replace(/\.ts$/, '.js'), read(file))
    }
  }
  return modules.get(name)
}

function read(file: string): string {
  const text = readFileSync(join(directory, file), 'utf8')
  if (file.endsWith('.js')) return text
  return stripTypeScriptTypes(text).replace(/(from\s+'\.\/[a-z-]+)\.ts'/g, "$1.js'")
}
