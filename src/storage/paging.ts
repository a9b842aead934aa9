/** How every list of the storage contract is asked for and answered. */

export interface Page {
  readonly limit: number
  /** The `next` of the page before. */
  readonly cursor?: string
}

export interface Paged<T> {
  readonly data: T[]
  readonly next: string | null
}
