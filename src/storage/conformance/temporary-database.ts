/** A path for a database that is removed, with its folder, when the test has ended. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export async function temporaryDatabase(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hookline-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'hookline.db')
}
