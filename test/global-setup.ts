/**
 * Runs once before all tests: finds the browser, or installs it, so that a test that needs one is
 * never left out and never waits for an installation under its own time limit.
 */
import type { TestProject } from 'vitest/node'
import { findChromium } from './chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the browser for `launchChromium`. */
    chromium: string
  }
}

export async function setup(project: TestProject): Promise<void> {
  const executablePath = await findChromium()
  project.provide('chromium', executablePath)
  console.log(`Browser for the tests: ${executablePath}`)
}
