/**
 * Looks for a text in all that this page is made of: the page itself, its scripts and styles, and
 * what the server's API answered to it. Each is fetched anew, as anybody could who opens the page.
 */
const resourcesMax = 200

export interface Searched {
  readonly files: number
  readonly characters: number
  /** In how many of them the text is. */
  readonly withText: number
  /** In how many of them something is that is known to be there. */
  readonly withKnown: number
}

export async function searchPage(text: string, known: string): Promise<Searched> {
  const sources = await Promise.all(addresses().map(sourceOf))
  const found = sources.filter((source) => source !== undefined)
  const holding = (wanted: string) => found.filter((source) => source.includes(wanted)).length
  return {
    files: found.length,
    characters: found.reduce((sum, { length }) => sum + length, 0),
    withText: holding(text),
    withKnown: holding(known),
  }
}

/** What is only written to can not be read again: of the API, its lists and figures. */
const readable = /^\/(hookline\/.+|api\/v1\/(?!tokens$)[a-z]+)$/

function addresses(): string[] {
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
  const own = loaded.filter((name) => {
    const { origin, pathname } = new URL(name)
    return origin === location.origin && readable.test(pathname)
  })
  return [...new Set([location.href, ...own])].slice(0, resourcesMax)
}

/** Undefined for what is not there any more. */
async function sourceOf(address: string): Promise<string | undefined> {
  const response = await fetch(address)
  return response.ok ? await response.text() : undefined
}
