/** Reads files of variables such as `.env.local`, keeping the lines. Expands nothing. */

export interface Variable {
  readonly name: string
  readonly value: string
  readonly line: number
}

export interface EnvironmentFile {
  readonly path: string
  readonly variables: readonly Variable[]
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,100})\s*=\s*(.*)$/

export function parseEnvironmentFile(path: string, text: string): EnvironmentFile {
  const variables = text.split(/\r?\n/).flatMap((line, index) => {
    const [, name, value] = assignment.exec(line) ?? []
    if (name === undefined || value === undefined) return []
    return [{ name, value: unquoted(value), line: index + 1 }]
  })
  return { path, variables }
}

function unquoted(text: string): string {
  const quoted = /^(["'`])(.*?)\1/.exec(text)
  if (quoted) return quoted[2] ?? ''
  return text.replace(/\s+#.*$|^#.*$/, '').trim()
}

/** Whether what it sets is meant for production. */
export function isProduction({ path, variables }: EnvironmentFile): boolean {
  if (/\.(prod|production|live)(\.|$)/.test(path)) return true
  return variables.some(
    ({ name, value }) =>
      (name === 'HOOKLINE_MODE' && value === 'live') ||
      (name === 'NODE_ENV' && value === 'production'),
  )
}
