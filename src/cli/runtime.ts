/** Which Node is needed. Runs on every Node since 18, so it uses nothing that came later. */

const nodeMin = { major: 22, minor: 18 }

/** What to tell the user of a Node that is too old; undefined where it is not. */
export function runtimeFault(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > nodeMin.major || (major === nodeMin.major && minor >= nodeMin.minor)) return undefined
  return (
    `this Node is ${version}, and Hookline needs ${nodeMin.major}.${nodeMin.minor} or later. ` +
    "It stores in Node's own SQLite and runs TypeScript as it is, which older versions can not. " +
    'Install a newer Node from https://nodejs.org, or add it to the project with ' +
    '`npm install --save-dev node`.'
  )
}
