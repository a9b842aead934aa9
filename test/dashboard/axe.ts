/** What axe finds on the page as it is now: nothing, on every page. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** @param only the rules to look at; all of them where none is named. */
export async function violations(page: Page, only: readonly string[] = []): Promise<string[]> {
  await page.evaluate(axe.source)
  const result = await page.evaluate(
    (rules) =>
      (window as unknown as { axe: typeof axe }).axe.run(
        rules.length > 0 ? { runOnly: [...rules] } : {},
      ),
    only,
  )
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** Light and dark, and from 360 to 2560 pixels wide. The page stays as wide as it was. */
export async function expectGoodShape(page: Page, expect: typeof import('vitest').expect) {
  for (const colorScheme of ['light', 'dark'] as const) {
    // A colour on its way from one theme to the other is of neither.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const only = colorScheme === 'dark' ? ['color-contrast'] : []
    expect(await violations(page, only), colorScheme).toEqual([])
  }
  for (const width of [360, 768, 1024, 2560]) {
    await page.setViewportSize({ width, height: 800 })
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.body.clientWidth,
    )
    expect(over, `at ${width}`).toBeLessThanOrEqual(0)
    expect(await beyondWindow(page), `below the window at ${width}`).toBeLessThanOrEqual(0)
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' })
}

/** How far the document itself scrolls down: the pages scroll inside of it, beside the menu. */
export async function beyondWindow(page: Page): Promise<number> {
  return await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
}
