/**
 * Node's warnings: all are shown but those of the two experimental parts that Hookline is built on.
 */

const expected = /SQLite|Type Stripping|stripTypeScriptTypes/i

/** Takes the place of Node's own printer and hands everything else on to it. */
export function quietExperimentalWarnings(): void {
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && expected.test(warning.message)) return
    for (const print of printers) print.call(process, warning)
  })
}
