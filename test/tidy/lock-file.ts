/**
 * The lock file knows every package for every system. npm leaves out optional packages that it
 * could not see on the machine that wrote it, and `npm ci` then fails everywhere.
 */
import type { Files, Rule } from './rule.ts'

const lockPath = 'package-lock.json'

const locked = (packages: Record<string, object>) => JSON.stringify({ packages })

export const completeLockFile: Rule = {
  says: 'the lock file lists every optional package, for every system',
  find: (files) => {
    const packages = readPackages(files)
    return [...packages].flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !isFound(packages, path, name))
        .map((name) => `${lockPath} lacks ${name}, which ${path} may need`),
    )
  },
  proofs: [
    {
      what: 'a system that was left out, but not one that is listed below or beside',
      sources: {
        [lockPath]: locked({
          '': {},
          'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-darwin': '1' } },
          'node_modules/a-linux': {},
          'node_modules/b': { optionalDependencies: { 'b-linux': '1' } },
          'node_modules/b/node_modules/b-linux': {},
        }),
      },
      finds: ['package-lock.json lacks a-darwin, which node_modules/a may need'],
    },
  ],
}

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

function readPackages(files: Files): ReadonlyMap<string, LockedPackage> {
  // Written by npm, which checks its form at each installation.
  const lock = JSON.parse(files.get(lockPath) ?? '{}') as {
    packages?: Readonly<Record<string, LockedPackage>>
  }
  return new Map(Object.entries(lock.packages ?? {}))
}

/** As Node looks for it: below the package, then below each folder above. */
function isFound(packages: ReadonlyMap<string, unknown>, path: string, name: string): boolean {
  let folder = path
  while (folder !== '') {
    if (packages.has(`${folder}/node_modules/${name}`)) return true
    folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))
  }
  return packages.has(`node_modules/${name}`)
}
