/**
 * `npm run docs:providers`: writes the pages of all providers, and removes those of providers that
 * are gone.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { providerPages } from './provider-pages.ts'

const folder = join(import.meta.dirname, '../../docs/reference/providers')
const pages = providerPages()

mkdirSync(folder, { recursive: true })
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name))
for (const [name, text] of pages) writeFileSync(join(folder, name), text)
process.stdout.write(`${pages.size} pages\n`)
