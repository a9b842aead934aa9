/**
 * What must not stay behind in any tracked file: notes to oneself, the paths of one machine, the
 * addresses of package registries. The patterns are written so that they do not find themselves.
 */
import { type Files, pathsOf, type Rule } from './rule.ts'

const isCode = (path: string) => /\.(ts|tsx|mts|js|mjs|css|html|sh)$/.test(path)
const isAnyFile = () => true

interface Leftover {
  readonly says: string
  readonly pattern: RegExp
  readonly isSearched: (path: string) => boolean
  readonly found: string
  /** Lines that hold it, and lines that only seem to. */
  readonly bad: readonly string[]
  readonly good: readonly string[]
}

const leftovers: readonly Leftover[] = [
  {
    says: 'no note to oneself stays in the code',
    pattern: /\b(TO[D]O|FIX[M]E|X[X]X)\b/,
    isSearched: isCode,
    found: 'leaves a note behind',
    bad: ['// TO' + 'DO: later', '/* FIX' + 'ME */'],
    good: ['const todo = list.length', "test.each(['todo'])"],
  },
  {
    says: 'no path of one machine is named',
    pattern: /(^|[^A-Za-z0-9_.~-])\/(wor[k]|far[m]|roo[t])(\/|\b(?![-\w./]))/,
    isSearched: isAnyFile,
    found: 'names a path of one machine',
    bad: ['cd /wor' + 'k/main', "read('/roo" + "t/.npmrc')", 'DIR=/far' + 'm'],
    good: ['https://example.com/work/a', './work/a', 'src/root/a', 'the /work-flow page'],
  },
  {
    says: 'no package registry is named by its host',
    pattern: /registr[y]\.(npmjs|yarnpkg)|npmj[s]\.org|(deb|snapshot|security)\.debia[n]\.org/,
    isSearched: isAnyFile,
    found: 'names the host of a package registry',
    bad: ['"resolved": "https://regis' + 'try.npmj' + 's.org/hono"', 'http://deb.deb' + 'ian.org/'],
    good: ['the npm registry', 'https://www.debian.org/'],
  },
]

export const leftoverRules: readonly Rule[] = leftovers.map((leftover) => ({
  says: leftover.says,
  find: (files) => findLines(files, leftover),
  proofs: [
    {
      what: 'each form of it, line by line',
      sources: { 'src/inbox/a.ts': [...leftover.good, ...leftover.bad].join('\n') },
      finds: leftover.bad.map(
        (_, i) => `src/inbox/a.ts:${leftover.good.length + i + 1} ${leftover.found}`,
      ),
    },
  ],
}))

function findLines(files: Files, { pattern, isSearched, found }: Leftover): string[] {
  return pathsOf(files, isSearched).flatMap((path) =>
    (files.get(path) ?? '')
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1} ${found}`] : [])),
  )
}
