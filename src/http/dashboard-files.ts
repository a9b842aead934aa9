/**
 * The dashboard's built files, in memory. A name that comes from outside is looked up among them
 * and never becomes part of a path.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

export interface Asset {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly gzipped: Uint8Array<ArrayBuffer>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Beside the compiled program, or where a clone builds it. */
const places = ['../../dashboard/', '../../dist/dashboard/']
const pageName = 'index.html'

const built: { files: ReadonlyMap<string, Asset>; at: number } = { files: new Map(), at: 0 }

/** By their paths below `/hookline/`; none where the dashboard was never built. */
export function dashboardFiles(): ReadonlyMap<string, Asset> {
  const folder = builtFolder()
  if (folder === undefined) return new Map()
  // Who works on the dashboard builds it while the server runs.
  const at = statSync(join(folder, pageName)).mtimeMs
  if (built.at !== at) Object.assign(built, { files: readFolder(folder), at })
  return built.files
}

function builtFolder(): string | undefined {
  return places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((folder) => existsSync(join(folder, pageName)) && !existsSync(join(folder, 'src')))
}

function readFolder(folder: string): ReadonlyMap<string, Asset> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = new Map<string, Asset>()
  for (const name of names) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const bytes = new Uint8Array(readFileSync(join(folder, name)))
    files.set(name.replaceAll('\\', '/'), { type, bytes, gzipped: gzipped(bytes) })
  }
  return files
}

function gzipped(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(bytes))
}
