/** Questions at a terminal. Of the answer to a secret one nothing is shown, not even its length. */
import { createInterface } from 'node:readline'
import { type Readable, Writable } from 'node:stream'

export interface Terminal {
  readonly input: Readable
  readonly output: Writable
}

/** Standard error, so that what a command prints can go to a file. */
const ownTerminal: Terminal = { input: process.stdin, output: process.stderr }

/** Whether the answer is `y` or `yes`. Anything else, and leaving the prompt, is no. */
export async function isAgreed(question: string, terminal = ownTerminal): Promise<boolean> {
  terminal.output.write(`${question} (y/N) `)
  const answer = await readAnswer(terminal.input, terminal.output)
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}

/** What was typed, without its line end; undefined where the prompt was left. */
export async function askSecret(
  question: string,
  terminal = ownTerminal,
): Promise<string | undefined> {
  terminal.output.write(`${question} `)
  const answer = await readAnswer(terminal.input, silence())
  terminal.output.write('\n')
  return answer
}

/** @param echo where the terminal shows what is typed. */
function readAnswer(input: Readable, echo: Writable): Promise<string | undefined> {
  const lines = createInterface({ input, output: echo, terminal: true, historySize: 0 })
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => resolve(undefined))
  })
}

function silence(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}
