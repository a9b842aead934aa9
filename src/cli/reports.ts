/**
 * Node's diagnostic reports, which are written at a crash where that was asked for, hold the whole
 * environment by default. The secrets of the app are in it, so that ours leave it out.
 */
export function leaveEnvironmentOutOfReports(): void {
  // Node 22.13 and later have it.
  if (process.report) process.report.excludeEnv = true
}
