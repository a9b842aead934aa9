/**
 * Projects for the doctor's tests, in folders that end with the tests. Their keys are made as the
 * tests run, so that no file of this repository holds anything that looks like one.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Without vowels, x and 1, so that chance makes no word and no row that a placeholder has. */
const alphabet = 'BCDFGHJKLMNPQRSTVWZbcdfghjklmnpqrstvwz23456789'

/** Letters and digits, another time others. */
export function random(count: number): string {
  return Array.from(randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join('')
}

export interface TestProject {
  readonly folder: string
  write(path: string, text: string, mode?: number): void
  git(...args: string[]): string
  /** Everything that is not ignored. */
  commit(subject: string): void
}

export function newProject({ isRepository = true } = {}): TestProject {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-doctor-'))
  folders.push(folder)
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' })
  if (isRepository) git('init', '--quiet')
  return {
    folder,
    git,
    write(path, text, mode = 0o600) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
      chmodSync(join(folder, path), mode)
    },
    commit(subject) {
      git('add', '.')
      git('commit', '--quiet', '--allow-empty', '-m', subject)
    },
  }
}

const identity = [
  ...['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'],
  ...['-c', 'commit.gpgsign=false'],
]
