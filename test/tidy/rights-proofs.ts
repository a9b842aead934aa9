/** Made-up sources for the "only" rules: what each must find, and what it must let pass. */
import type { Proof } from './rule.ts'

export const proofs: Readonly<Record<string, readonly Proof[]>> = {
  'opens a connection': [
    {
      what: 'fetch called, passed on or taken from the global object, and what connects by import',
      sources: {
        'src/inbox/a.ts': 'await fetch(url)',
        'src/inbox/b.ts': 'load({ fetch })\nload(globalThis.fetch)',
        'src/inbox/c.ts': "import { request } from 'node:https'",
        'src/inbox/d.ts': "import http from 'node:http'",
        'src/inbox/e.ts': "import { Agent } from 'undici'",
        'src/inbox/f.ts': 'new WebSocket(url)',
      },
      finds: [
        'src/inbox/a.ts:1 opens a connection',
        'src/inbox/b.ts:1 opens a connection',
        'src/inbox/b.ts:2 opens a connection',
        'src/inbox/c.ts:1 opens a connection',
        'src/inbox/d.ts:1 opens a connection',
        'src/inbox/e.ts:1 opens a connection',
        'src/inbox/f.ts:1 opens a connection',
      ],
    },
    {
      what: 'nothing in a fetch that is given, a type, an app, a server, or the owners',
      sources: {
        'src/inbox/a.ts': 'export const load = ({ fetch }: Context) => fetch(url)',
        'src/inbox/b.ts': 'export interface Context { fetch?: typeof globalThis.fetch }',
        'src/inbox/c.ts': 'app.fetch(request)\nexport const host = { fetch: app.fetch }',
        'src/inbox/d.ts': "import { createServer, type ClientRequest } from 'node:http'",
        'src/inbox/e.ts': 'export const host = { fetch(request: Request) { return request } }',
        'src/inbox/f.test.ts': 'await fetch(url)',
        'src/egress/a.ts': "import { Agent } from 'undici'\nawait fetch(url)",
      },
      finds: [],
    },
  ],
  'speaks to a database': [
    {
      what: 'statements in strings and templates, and the drivers',
      sources: {
        'src/inbox/a.ts': "run('select id from event where id = $1')",
        'src/inbox/b.ts': 'run(`INSERT INTO event (id) VALUES ($1)`)',
        'src/inbox/c.ts': 'run(`\n  update ' + '$' + '{table} set state = 1`)',
        'src/inbox/d.ts': "import { DatabaseSync } from 'node:sqlite'",
        'src/inbox/e.ts': "import type { Pool } from 'pg'",
        'src/inbox/f.ts': "run('PRAGMA synchronous = FULL')",
      },
      finds: [
        'src/inbox/a.ts:1 speaks to a database',
        'src/inbox/b.ts:1 speaks to a database',
        'src/inbox/c.ts:1 speaks to a database',
        'src/inbox/d.ts:1 speaks to a database',
        'src/inbox/e.ts:1 speaks to a database',
        'src/inbox/f.ts:1 speaks to a database',
      ],
    },
    {
      what: 'nothing in sentences for people, and nothing in storage/',
      sources: {
        'src/cli/a.ts':
          "say('Select a source from the list.')\nsay('Update the app, then set it.')",
        'src/storage/a.ts': "run('delete from event')",
      },
      finds: [],
    },
  ],
  'reads the environment': [
    {
      what: 'process.env by every road',
      sources: {
        'src/cli/a.ts': 'go(process.env.PORT)',
        'src/cli/b.ts': "go(globalThis.process['env'])",
        'src/cli/c.ts': 'const { env } = process',
        'src/cli/d.ts': "import { env } from 'node:process'",
        'src/cli/e.ts': "import system from 'node:process'",
      },
      finds: [
        'src/cli/a.ts:1 reads the environment',
        'src/cli/b.ts:1 reads the environment',
        'src/cli/c.ts:1 reads the environment',
        'src/cli/d.ts:1 reads the environment',
        'src/cli/e.ts:1 reads the environment',
      ],
    },
    {
      what: 'nothing in the rest of process, a process that is given, or config.ts',
      sources: {
        'src/cli/a.ts': "process.stdout.write('x')\nimport { argv } from 'node:process'",
        'src/cli/b.ts': 'export const port = (process: Host) => process.env.PORT',
        'src/config.ts': 'export const port = process.env.PORT',
      },
      finds: [],
    },
  ],
  'reads the clock': [
    {
      what: 'Date.now, called or passed on, and a Date of this moment',
      sources: {
        'src/inbox/a.ts': 'go(Date.now())',
        'src/inbox/b.ts': 'export const clock = { now: Date.now }',
        'src/inbox/c.ts': 'go(new Date())\ngo(new Date)\ngo(Date())',
      },
      finds: [
        'src/inbox/a.ts:1 reads the clock',
        'src/inbox/b.ts:1 reads the clock',
        'src/inbox/c.ts:1 reads the clock',
        'src/inbox/c.ts:2 reads the clock',
        'src/inbox/c.ts:3 reads the clock',
      ],
    },
    {
      what: 'nothing in a Date of a given time, a measurement, or base/',
      sources: {
        'src/inbox/a.ts': 'go(new Date(atMs))\ngo(performance.now())\ngo(Date.parse(text))',
        'src/base/clock.ts': 'export const now = () => Date.now()',
      },
      finds: [],
    },
  ],
  'draws a random number': [
    {
      what: 'Math.random, called or as a default',
      sources: {
        'src/delivery/a.ts': 'go(Math.random())',
        'src/delivery/b.ts': 'export const wait = (random = Math.random) => random()',
      },
      finds: [
        'src/delivery/a.ts:1 draws a random number',
        'src/delivery/b.ts:1 draws a random number',
      ],
    },
    {
      what: 'nothing in arithmetic, in bytes of the crypto module, or in base/',
      sources: {
        'src/delivery/a.ts': "import { randomBytes } from 'node:crypto'\ngo(Math.floor(1))",
        'src/base/chance.ts': 'export const chance = Math.random',
      },
      finds: [],
    },
  ],
  'names a route of the admin API': [
    {
      what: 'the path in a string or a template',
      sources: {
        'src/inbox/a.ts': "go('/api/v1/events')",
        'src/cli/a.ts': 'go(`' + '$' + '{server}/api/v1/keys`)',
      },
      finds: [
        'src/cli/a.ts:1 names a route of the admin API',
        'src/inbox/a.ts:1 names a route of the admin API',
      ],
    },
    {
      what: 'nothing in a comment, in http/ or in client/',
      sources: {
        'src/cli/a.ts': '// Answers as /api/v1 does.\ngo()',
        'src/http/a.ts': "go('/api/v1')",
        'src/client/a.ts': "go('/api/v1')",
      },
      finds: [],
    },
  ],
}
