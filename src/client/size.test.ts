import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { expect, test } from 'vitest'

const gzippedBytesMax = 5_000

/** What a browser would load of a program that uses this file and nothing else. */
async function bundle(file: string): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: true,
      rolldownOptions: {
        input: fileURLToPath(new URL(file, import.meta.url)),
        preserveEntrySignatures: 'strict',
      },
    },
  })
  const chunks = [output].flat().flatMap((built) => ('output' in built ? built.output : []))
  return chunks.map((chunk) => ('code' in chunk ? chunk.code : '')).join('')
}

test(`the client is below ${gzippedBytesMax} bytes, minified and gzipped`, async () => {
  const code = await bundle('./index.ts')
  expect(code).toContain('last-event-id')
  expect(gzipSync(code).byteLength).toBeLessThan(gzippedBytesMax)
})

test('the client brings neither the admin client nor anything that is not its own', async () => {
  const code = await bundle('./index.ts')
  expect(code).not.toContain('/api/v1')
  expect(code).not.toMatch(/\b(import|require)\b/)
  expect(await bundle('./admin.ts')).toContain('/api/v1')
})
