/**
 * The design and the house style as far as a program can check them. Each rule is held against the
 * repository, and against made-up sources that it must find, so that none can fall silent.
 */
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  arrows,
  features,
  noCycles,
  onlyDrawnArrows,
  onlyListedRooms,
  onlyThePublicPackage,
} from './tidy/arrows.ts'
import { installedDependencies, watchedChecks } from './tidy/dependencies.ts'
import { describedErrors } from './tidy/error-docs.ts'
import { leftoverRules } from './tidy/leftovers.ts'
import { shortFiles, shortFunctions, shortLines } from './tidy/limits.ts'
import { completeLockFile } from './tidy/lock-file.ts'
import { noMarkupOfText } from './tidy/markup.ts'
import { registeredProviders } from './tidy/provider-files.ts'
import { onlyRules } from './tidy/rights.ts'
import { filesOf, type Rule } from './tidy/rule.ts'
import { trackedFiles } from './tidy/tracked.ts'
import { firstSentence, namedExports, noAny, noSkippedTests, tellingNames } from './tidy/wording.ts'

const rules: readonly Rule[] = [
  onlyListedRooms,
  onlyDrawnArrows,
  noCycles,
  onlyThePublicPackage,
  ...onlyRules,
  installedDependencies,
  completeLockFile,
  watchedChecks,
  shortFiles,
  shortFunctions,
  shortLines,
  tellingNames,
  firstSentence,
  namedExports,
  noAny,
  noSkippedTests,
  ...leftoverRules,
  describedErrors,
  noMarkupOfText,
  registeredProviders,
]

const repository = trackedFiles(path.join(import.meta.dirname, '..'))

describe.each(rules)('$says', (rule) => {
  test('in this repository', () => {
    expect(rule.find(repository)).toEqual([])
  })

  test('and the rule can find what breaks it', () => {
    expect(rule.proofs.some(({ finds }) => finds.length > 0)).toBe(true)
  })

  test.each(rule.proofs)('it finds $what', ({ sources, finds }) => {
    expect(rule.find(filesOf(sources))).toEqual(finds)
  })
})

test('the rules read the sources of the package and its documents', () => {
  expect([...repository.keys()]).toEqual(
    expect.arrayContaining(['package.json', 'src/base/errors.ts', 'src/storage/storage.ts']),
  )
})

test('no arrow leads from one feature to another', () => {
  for (const feature of features) {
    expect(arrows[feature]?.filter((target) => features.includes(target))).toEqual([])
  }
})
