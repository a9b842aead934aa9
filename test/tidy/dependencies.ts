/** What the published package imports, its users have: a part of Node, a dependency or a peer. */
import { builtinModules } from 'node:module'
import { isTest } from './arrows.ts'
import { type Import, packageOf, readImports } from './imports.ts'
import { isTypeScript } from './parse.ts'
import { type Files, pathsOf, type Rule } from './rule.ts'

const manifestPath = 'package.json'

export const installedDependencies: Rule = {
  says: 'src/ imports only what an installation of the package has',
  find: (files) => {
    const installed = readInstalled(files)
    return readImports(files)
      .filter((found) => isOfAnotherPackage(found) && !installed.has(packageOf(found.specifier)))
      .map(({ place, specifier }) => `${place} imports ${specifier}, which users do not have`)
  },
  proofs: [
    {
      what: 'a tool of development, but no dependency, no peer, no part of Node and no test',
      sources: {
        'package.json': JSON.stringify({
          dependencies: { hono: '4' },
          peerDependencies: { pg: '8' },
          devDependencies: { svix: '2' },
        }),
        'src/http/a.ts': "import 'hono/cookie'\nimport 'pg'\nimport 'node:fs'\nimport './b.ts'",
        'src/http/a.test.ts': "import 'svix'",
        'src/http/b.ts': "import type { Webhook } from 'svix'",
      },
      finds: ['src/http/b.ts:1 imports svix, which users do not have'],
    },
  ],
}

function isOfAnotherPackage({ from, specifier }: Import): boolean {
  if (!from.startsWith('src/') || isTest(from) || specifier.startsWith('.')) return false
  const isBuiltIn = specifier.startsWith('node:') || builtinModules.includes(specifier)
  return !isBuiltIn && packageOf(specifier) !== 'hookline'
}

function readInstalled(files: Files): ReadonlySet<string> {
  // Checked by npm itself at each installation; only these two members are read.
  const manifest = JSON.parse(files.get(manifestPath) ?? '{}') as Record<string, object | undefined>
  const { dependencies = {}, peerDependencies = {} } = manifest
  return new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
}

/** Where a peer is not installed its types are missing; only then is an error expected. */
export const watchedChecks: Rule = {
  says: 'no type error is silenced, but for the types of a peer that may not be installed',
  find: (files) => {
    const installed = readInstalled(files)
    return pathsOf(files, isTypeScript).flatMap((path) => {
      const lines = (files.get(path) ?? '').split('\n')
      return lines.flatMap((line, i) => {
        if (!/@ts-(ig[n]ore|nochec[k])/.test(line)) return []
        const peer = /^import type .* from '([^']+)'$/.exec(lines[i + 1] ?? '')?.[1]
        const isExcused = peer !== undefined && installed.has(packageOf(peer))
        return isExcused ? [] : [`${path}:${i + 1} silences a check`]
      })
    })
  },
  proofs: [
    {
      what: 'each comment that silences, but not the import of a peer',
      sources: {
        'package.json': JSON.stringify({ peerDependencies: { stripe: '23' } }),
        'src/inbox/a.ts': `// @ts-${'ignore'}\ngo()\n// @ts-expect-error: no number`,
        'src/inbox/b.ts': `// @ts-${'nocheck'}\ngo()`,
        'src/providers/a.ts': `/** @ts-${'ignore'} */\nimport type Stripe from 'stripe'`,
        'src/providers/b.ts': `/** @ts-${'ignore'} */\nimport type { A } from 'svix'`,
      },
      finds: [
        'src/inbox/a.ts:1 silences a check',
        'src/inbox/b.ts:1 silences a check',
        'src/providers/b.ts:1 silences a check',
      ],
    },
  ],
}
