/** Everything that a page was sent and holds, as text to search. */
import type { Page, Response } from 'playwright-core'

export interface Watched {
  places(): Promise<Record<'network' | 'page' | 'scripts' | 'storage' | 'console', string>>
}

/** Begin before the page opens anything. */
export function watchPage(page: Page): Watched {
  const responses: Promise<string>[] = []
  const scripts: Promise<string>[] = []
  const printed: string[] = []
  page.on('response', (response) => {
    const read = textOf(response)
    responses.push(read)
    if (response.request().resourceType() === 'script') scripts.push(read)
  })
  page.on('console', (message) => void printed.push(message.text()))
  return {
    places: async () => ({
      network: (await Promise.all(responses)).join('\n'),
      scripts: (await Promise.all(scripts)).join('\n'),
      page: (await page.content()) + (await page.evaluate(memory)),
      storage: JSON.stringify(await page.context().storageState()),
      console: printed.join('\n'),
    }),
  }
}

/** Addresses, headers both ways and bodies both ways. */
async function textOf(response: Response): Promise<string> {
  const request = response.request()
  const [sent, received, body] = await Promise.all([
    request.allHeaders(),
    response.allHeaders(),
    response.text().catch(() => ''),
  ])
  const lines = [request.method(), response.url(), request.postData(), JSON.stringify(sent)]
  return [...lines, JSON.stringify(received), body].join('\n')
}

/** What a script of the page could read of itself. */
const memory = `JSON.stringify([
  Object.entries(localStorage), Object.entries(sessionStorage), document.cookie,
  window.answered && [window.answered.url, [...window.answered.headers]], window.lastText,
])`
