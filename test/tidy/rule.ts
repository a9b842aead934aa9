/**
 * What a rule of this repository is: a sentence, a function from the texts of the files to what it
 * found, and made-up sources that prove the function able to find it and able to keep quiet.
 */

/** Paths from the repository's root, with `/`, and their texts. */
export type Files = ReadonlyMap<string, string>

/** Sources made up for a proof, as `{ path: text }`. */
export type Sources = Readonly<Record<string, string>>

export interface Rule {
  /** A sentence that is true of the repository when `find` gives nothing. */
  readonly says: string
  /** Each finding begins with `path` or `path:line`. */
  find(files: Files): string[]
  readonly proofs: readonly Proof[]
}

export interface Proof {
  readonly what: string
  readonly sources: Sources
  /** The findings in the order of the paths; none where these sources are right. */
  readonly finds: readonly string[]
}

export function filesOf(sources: Sources): Files {
  return new Map(Object.entries(sources))
}

/** The listed files of one kind, in the order of their paths, so that findings are stable. */
export function pathsOf(files: Files, isWanted: (path: string) => boolean): string[] {
  return [...files.keys()].filter(isWanted).sort()
}
