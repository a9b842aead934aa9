/**
 * Who may import whom: the arrows of the design as data. A new arrow is a design decision; it
 * changes this table and ARCHITECTURE.md in one commit.
 */
import { type Import, packageOf, readImports } from './imports.ts'
import { isTypeScript } from './parse.ts'
import { type Files, pathsOf, type Rule } from './rule.ts'

/** The files beside the folders of src/. They may import every folder but `cli`. */
const top = ['index.ts', 'hookline.ts', 'config.ts']

/**
 * Folder of src/ -> what it may import. `types x`: with `import type` alone. `base` is open to all
 * but `client`.
 */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  base: [],
  signing: [],
  providers: ['signing'],
  storage: [],
  egress: [],
  vault: ['storage'],
  inbox: ['providers', 'vault', 'storage'],
  outbox: ['storage'],
  delivery: ['signing', 'egress', 'vault', 'storage'],
  realtime: ['storage'],
  proxy: ['egress', 'vault', 'storage', 'types providers'],
  connect: ['providers', 'types vault', 'types storage'],
  payments: ['types index.ts'],
  sandbox: ['providers'],
  doctor: ['providers'],
  http: ['inbox', 'outbox', 'realtime', 'proxy', 'connect', 'vault', 'storage', 'types client'],
  cli: ['client', 'sandbox', 'doctor', ...top],
  client: [],
}

/** They meet in storage and never import one another. */
export const features = ['inbox', 'outbox', 'delivery', 'realtime', 'proxy', 'connect']

/** What a test may use beside its folder's arrows: the real parts under it, the pretend network. */
const foundations = ['base', 'signing', 'providers', 'storage', 'egress', 'vault', 'sandbox']

/** Tests of these folders drive the whole program. */
const wholeProgramTests = ['http', 'cli', 'client', 'payments', 'sandbox']

const wholeProgram = [...top, 'http', 'client', 'cli', 'inbox', 'outbox', 'realtime', 'delivery']

/** Tests and what is written for them, the conformance suite too. No part of the package. */
export function isTest(path: string): boolean {
  return (
    /\.test\.tsx?$/.test(path) ||
    path.startsWith('test/') ||
    /^src\/[^/]+\/(conformance|testing)\//.test(path)
  )
}

/** `inbox` of `src/inbox/receive.ts`, `index.ts` of `src/index.ts`. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? ''
}

export const onlyListedRooms: Rule = {
  says: 'src/ holds only the folders and files of the design',
  find: (files) =>
    pathsOf(files, (path) => path.startsWith('src/'))
      .filter((path) => !isListed(path))
      .map((path) => `${path} is in no folder of the design`),
  proofs: [
    {
      what: 'a folder and a file that the design does not have',
      sources: {
        'src/inbox/receive.ts': '',
        'src/config.test.ts': '',
        'src/queue/push.ts': '',
        'src/start.ts': '',
      },
      finds: [
        'src/queue/push.ts is in no folder of the design',
        'src/start.ts is in no folder of the design',
      ],
    },
  ],
}

function isListed(path: string): boolean {
  const room = roomOf(path)
  const isFile = path.split('/').length === 2
  return isFile ? top.includes(room.replace('.test.ts', '.ts')) : room in arrows
}

export const onlyDrawnArrows: Rule = {
  says: 'a folder imports only what its arrows allow',
  find: (files) => readImports(files).filter(inSource).flatMap(arrowFindings),
  proofs: [
    {
      what: 'one feature that imports another, whether for values or types',
      sources: {
        'src/inbox/receive.ts':
          "import '../storage/storage.ts'\nimport type { Hub } from '../realtime/hub.ts'",
        'src/delivery/deliver.ts': "const { send } = await import('../outbox/send.ts')",
      },
      finds: [
        'src/delivery/deliver.ts:1 imports src/outbox/send.ts: no arrow from delivery to outbox',
        'src/inbox/receive.ts:2 imports src/realtime/hub.ts: no arrow from inbox to realtime',
      ],
    },
    {
      what: 'a folder that imports the top, and base that imports anything',
      sources: {
        'src/base/log.ts': "export * from '../storage/storage.ts'",
        'src/http/routes.ts': "import { readConfig } from '../config.ts'",
        'src/cli/dev.ts': "import { readConfig } from '../config.ts'",
        'src/hookline.ts': "import './cli/bin.ts'\nimport './inbox/receive.ts'",
        'src/sandbox/stripe.ts': "import { stripe } from 'hookline'",
        'package.json': JSON.stringify({
          name: 'hookline',
          exports: { '.': { 'hookline-source': './src/index.ts' } },
        }),
      },
      finds: [
        'src/base/log.ts:1 imports src/storage/storage.ts: no arrow from base to storage',
        'src/hookline.ts:1 imports src/cli/bin.ts: no arrow from hookline.ts to cli',
        'src/http/routes.ts:1 imports src/config.ts: no arrow from http to config.ts',
        'src/sandbox/stripe.ts:1 imports src/index.ts: no arrow from sandbox to index.ts',
      ],
    },
    {
      what: 'a value where the arrow is for types, and anything of ours in the client',
      sources: {
        'src/client/live.ts': "import { newId } from '../base/ids.ts'",
        'src/http/wire.ts':
          "import type { A } from '../client/a.ts'\nimport { type A, b } from '../client/wire.ts'",
        'src/payments/grant.ts': "import { type Tx } from '../index.ts'",
      },
      finds: [
        'src/client/live.ts:1 imports src/base/ids.ts: no arrow from client to base',
        'src/http/wire.ts:2 imports src/client/wire.ts: the arrow from http to client is for types',
      ],
    },
    {
      what: 'a test that reaches past the parts under it, or into the repository',
      sources: {
        'src/inbox/receive.test.ts':
          "import '../storage/open.ts'\nimport '../outbox/send.ts'\nimport '../../test/pg.ts'",
        'src/inbox/receive.ts': "import '../../test/pg.ts'",
        'src/storage/conformance/events.ts': "import '../../../test/pg.ts'",
        'src/storage/open.ts': "import './conformance/events.ts'",
        'src/http/routes.test.ts': "import '../hookline.ts'",
      },
      finds: [
        'src/inbox/receive.test.ts:2 imports src/outbox/send.ts: no arrow from inbox to outbox',
        'src/inbox/receive.ts:1 imports test/pg.ts: not part of the package',
        'src/storage/open.ts:1 imports src/storage/conformance/events.ts: not part of the package',
      ],
    },
  ],
}

function inSource(found: Import): boolean {
  return found.from.startsWith('src/') && found.target !== undefined
}

function arrowFindings(found: Import): string[] {
  const target = found.target ?? ''
  const says = `${found.place} imports ${target}: `
  const isPublished = target.startsWith('src/') && !isTest(target)
  if (!isPublished && !isTest(found.from) && target !== 'package.json') {
    return [`${says}not part of the package`]
  }
  if (!target.startsWith('src/')) return []
  const [from, to] = [roomOf(found.from), roomOf(target)]
  if (from === to || isAllowed(found.from, from, to)) return []
  if (arrows[from]?.includes(`types ${to}`)) {
    if (found.isTypeOnly) return []
    return [`${says}the arrow from ${from} to ${to} is for types`]
  }
  return [`${says}no arrow from ${from} to ${to}`]
}

function isAllowed(path: string, from: string, to: string): boolean {
  const isTop = top.includes(from.replace('.test.ts', '.ts'))
  if (isTop) return to !== 'cli' || isTest(path)
  if (isTest(path) && foundations.includes(to)) return true
  if (isTest(path) && wholeProgramTests.includes(from) && wholeProgram.includes(to)) return true
  return (to === 'base' && from !== 'client') || (arrows[from] ?? []).includes(to)
}

export const noCycles: Rule = {
  says: 'no file imports itself by way of others, types included',
  find: findCycles,
  proofs: [
    {
      what: 'three files in a ring, one of the imports a type',
      sources: {
        'src/inbox/a.ts': "import { b } from './b.ts'",
        'src/inbox/b.ts': "import type { C } from './c.ts'",
        'src/inbox/c.ts': "export * from './a.ts'",
        'src/inbox/d.ts': "import './a.ts'",
      },
      finds: ['src/inbox/a.ts -> src/inbox/b.ts -> src/inbox/c.ts -> src/inbox/a.ts'],
    },
    {
      what: 'nothing in two roads that lead to one file',
      sources: {
        'src/inbox/a.ts': "import './b.ts'\nimport './c.ts'",
        'src/inbox/b.ts': "import './d.ts'",
        'src/inbox/c.ts': "import './d.ts'",
        'src/inbox/d.ts': '',
      },
      finds: [],
    },
  ],
}

/** Depth first from each file; a file met again on the way down closes a ring. */
function findCycles(files: Files): string[] {
  const targets = Map.groupBy(readImports(files), (found) => found.from)
  const isFinished = new Set<string>()
  const cycles: string[] = []
  const walk = (path: string, above: readonly string[]): void => {
    const at = above.indexOf(path)
    if (at >= 0) cycles.push([...above.slice(at), path].join(' -> '))
    if (at >= 0 || isFinished.has(path)) return
    for (const { target } of targets.get(path) ?? []) {
      if (target !== undefined && files.has(target)) walk(target, [...above, path])
    }
    isFinished.add(path)
  }
  for (const path of pathsOf(files, isTypeScript)) walk(path, [])
  return [...new Set(cycles)]
}

export const onlyThePublicPackage: Rule = {
  says: 'the dashboard and the examples use the package as its users do',
  find: (files) =>
    readImports(files)
      .filter((found) => !isTest(found.from))
      .flatMap(outsideFindings),
  proofs: [
    {
      what: 'an import of src/ from outside, and more than the client in the dashboard',
      sources: {
        'examples/shop/hookline.ts':
          "import { hookline } from 'hookline'\nimport '../../src/config.ts'",
        'dashboard/src/main.tsx': "import { connect } from 'hookline/client'\nimport 'hookline'",
        'dashboard/src/server.ts': "import { admin } from 'hookline/client/admin'",
      },
      finds: [
        'dashboard/src/main.tsx:2 imports hookline; the dashboard knows hookline/client alone',
        'examples/shop/hookline.ts:2 imports ../../src/config.ts; only the package is public',
      ],
    },
  ],
}

/** The client with a token, and the admin's. */
const clientNames = ['hookline/client', 'hookline/client/admin']

function outsideFindings(found: Import): string[] {
  const room = /^(dashboard|examples)\//.exec(found.from)?.[1]
  if (room === undefined) return []
  const says = `${found.place} imports ${found.specifier}; `
  if (found.specifier.startsWith('.')) {
    const isInside = found.target?.startsWith(`${room}/`) ?? false
    return isInside ? [] : [`${says}only the package is public`]
  }
  const isOurs = packageOf(found.specifier) === 'hookline'
  if (room !== 'dashboard' || !isOurs || clientNames.includes(found.specifier)) return []
  return [`${says}the dashboard knows hookline/client alone`]
}
