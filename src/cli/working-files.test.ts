import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from './testing/cli-process.ts'
import {
  beginMasterKeyChange,
  developmentKeys,
  developmentSecret,
  endMasterKeyChange,
  madeAdminKey,
} from './working-files.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777

describe('the keys of a folder', () => {
  const directory = temporaryFolder()
  const first = developmentKeys(directory)

  test('are made once, of 32 random bytes each', () => {
    expect(developmentKeys(directory)).toEqual(first)
    expect(Buffer.from(first.adminKey, 'base64')).toHaveLength(32)
    expect(first.masterKey.byteLength).toBe(32)
    expect(developmentKeys(temporaryFolder())).not.toEqual(first)
    expect(madeAdminKey(directory)).toBe(first.adminKey)
  })

  test('are for their owner alone, and nothing unfinished lies beside them', () => {
    const folder = join(directory, '.hookline')
    expect(modeOf(folder)).toBe(0o700)
    expect(readdirSync(folder).sort()).toEqual(['admin-key', 'master-key'])
    for (const name of readdirSync(folder)) expect(modeOf(join(folder, name))).toBe(0o600)
  })

  test('close a folder that was open to others', () => {
    const open = temporaryFolder()
    mkdirSync(join(open, '.hookline'), { mode: 0o755 })
    developmentKeys(open)
    expect(modeOf(join(open, '.hookline'))).toBe(0o700)
  })
})

test.each(['admin-key', 'master-key'])('a %s that was cut is not taken for a key', (name) => {
  const directory = temporaryFolder()
  mkdirSync(join(directory, '.hookline'))
  writeFileSync(join(directory, '.hookline', name), 'c2hvcnQ=\n')
  expect(() => developmentKeys(directory)).toThrow(`.hookline/${name} does not hold`)
})

test('where dev has not run there is no admin key', () => {
  expect(madeAdminKey(temporaryFolder())).toBeUndefined()
})

describe('the webhook secrets of a folder', () => {
  const directory = temporaryFolder()
  const secretsPath = join(directory, '.hookline', 'dev-secrets.json')

  test('are made once for each source', () => {
    expect(developmentSecret(directory, 'stripe', () => 'whsec_1')).toBe('whsec_1')
    expect(developmentSecret(directory, 'github', () => 'gh_1')).toBe('gh_1')
    expect(developmentSecret(directory, 'stripe', () => 'whsec_2')).toBe('whsec_1')
    expect(modeOf(secretsPath)).toBe(0o600)
    const kept: unknown = JSON.parse(readFileSync(secretsPath, 'utf8'))
    expect(kept).toEqual({ stripe: 'whsec_1', github: 'gh_1' })
  })

  test('have no name that is inherited', () => {
    expect(developmentSecret(directory, 'constructor', () => 'made')).toBe('made')
  })

  test.each(['{"stripe"', '[]', '{"stripe":5}'])('are not guessed from %s', (text) => {
    writeFileSync(secretsPath, text)
    expect(() => developmentSecret(directory, 'stripe', () => 'new')).toThrow('Delete it')
  })
})

describe('another master key', () => {
  test('stands beside the one before until it is said that this is over', () => {
    const directory = temporaryFolder()
    const { masterKey: before } = developmentKeys(directory)
    beginMasterKeyChange(directory)
    const { masterKey, previousMasterKey } = developmentKeys(directory)
    expect(previousMasterKey).toEqual(before)
    expect(masterKey).not.toEqual(before)
    beginMasterKeyChange(directory)
    expect(developmentKeys(directory)).toMatchObject({ masterKey, previousMasterKey })
    endMasterKeyChange(directory)
    expect(developmentKeys(directory)).toMatchObject({ masterKey, previousMasterKey: undefined })
  })

  test('is begun anew where it was ended between the two files', () => {
    const directory = temporaryFolder()
    const { masterKey: before } = developmentKeys(directory)
    const path = join(directory, '.hookline', 'master-key')
    writeFileSync(`${path}.previous`, readFileSync(path), { mode: 0o600 })
    beginMasterKeyChange(directory)
    const { masterKey, previousMasterKey } = developmentKeys(directory)
    expect(previousMasterKey).toEqual(before)
    expect(masterKey).not.toEqual(before)
    expect(modeOf(`${path}.previous`)).toBe(0o600)
  })

  test('is not made where there is none', () => {
    const directory = temporaryFolder()
    mkdirSync(join(directory, '.hookline'))
    beginMasterKeyChange(directory)
    expect(readdirSync(join(directory, '.hookline'))).toEqual([])
  })
})
