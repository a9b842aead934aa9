/**
 * The process that runs the app in `dev`: started anew for each change of its file, ended by its
 * parent, and never left alone: when the parent is gone, it ends too.
 */
import { leaveEnvironmentOutOfReports } from '../reports.ts'
import { quietExperimentalWarnings } from '../warnings.ts'

quietExperimentalWarnings()
leaveEnvironmentOutOfReports()
const { runChild } = await import('./child.ts')
await runChild(process.argv[2] ?? '')
