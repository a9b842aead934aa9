/**
 * Where a value is read from: a prompt that shows nothing, or standard input. Never an argument,
 * which every user of the machine can see.
 */
import { HooklineError } from '../../base/errors.ts'
import { askSecret } from '../ask.ts'
import { UsageError } from '../failure.ts'

const valueBytesMax = 16_384

/** @throws UsageError where there is neither a terminal nor anything on standard input. */
export async function readValue(name: string): Promise<string> {
  return process.stdin.isTTY ? await askFor(name) : await readStandardInput(name)
}

async function askFor(name: string): Promise<string> {
  const answer = await askSecret(`${name}:`)
  if (answer) return answer.trim()
  throw new HooklineError(
    'key_refused',
    `No value was given for ${name}. The prompt was left. Nothing was changed; run it again.`,
  )
}

async function readStandardInput(name: string): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    bytes += chunk.length
    if (bytes > valueBytesMax) throw tooLong(name)
    chunks.push(Buffer.from(chunk))
  }
  // Programs end their output with a line end, which is not part of the value.
  const value = Buffer.concat(chunks).toString().trim()
  if (value !== '') return value
  throw new UsageError(
    `there is no value for ${name}: standard input is empty, and there is no terminal to ask at. ` +
      'Pipe the value in, or run it in a terminal.',
  )
}

function tooLong(name: string): UsageError {
  return new UsageError(
    `the value for ${name} is over ${valueBytesMax} bytes. It is likely a whole file. Pipe the ` +
      'key alone.',
  )
}
