#!/usr/bin/env node
/**
 * The program `hookline`. It must start on any Node, so that an old one is told what is needed;
 * therefore it imports nothing but plain code before it has looked at the version.
 */
import { leaveEnvironmentOutOfReports } from './reports.ts'
import { runtimeFault } from './runtime.ts'
import { quietExperimentalWarnings } from './warnings.ts'

const fault = runtimeFault(process.versions.node)
if (fault === undefined) {
  quietExperimentalWarnings()
  leaveEnvironmentOutOfReports()
  process.stdout.on('error', endWithReader)
  const { main } = await import('./main.ts')
  const exitCode = await main(process.argv.slice(2))
  process.exitCode = exitCode
  // What an app or a connection left open must not keep a finished command alive.
  setTimeout(() => process.exit(exitCode), 500).unref()
} else {
  process.stderr.write(`hookline: ${fault}\n`)
  process.exitCode = 1
}

/** `hookline events list | head` closes our output early, which is no error. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}
