import type { Command } from 'commander'
import { describe, expect, test, vi } from 'vitest'
import { buildProgram, main } from './main.ts'

interface Named {
  readonly path: string
  readonly command: Command
}

function allCommands(command: Command, path: string): Named[] {
  const inner = command.commands.flatMap((each) => allCommands(each, `${path} ${each.name()}`))
  return [{ path, command }, ...inner]
}

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (part) => {
      text += part
    },
  })
  command.outputHelp()
  return text
}

const whole = await buildProgram()

describe.each(allCommands(whole, 'hookline'))('the help of $path', ({ path, command }) => {
  const help = helpOf(command)

  test('shows how the command is called', () => {
    const [, ...examples] = help.split(/Examples?:\n/)
    expect(examples).toHaveLength(1)
    expect(examples[0]).toContain(`  $ ${path}`)
  })

  test('says what each argument and option is for', () => {
    const silent = [...command.registeredArguments, ...command.options].filter(
      ({ description }) => description === '',
    )
    expect(silent).toEqual([])
    expect(command.description()).not.toBe('')
  })

  test('offers JSON', () => {
    expect(help).toContain('--json')
  })
})

test('every example that a help shows is a command line that the program takes', async () => {
  for (const { command } of allCommands(whole, 'hookline')) {
    const examples = helpOf(command).matchAll(/^ {2}\$ hookline (.+)$/gm)
    for (const [, line = ''] of examples) expect(await understood(line.split(' ')), line).toBe(true)
  }
})

test('and a command line that it does not take is found', async () => {
  expect(await understood(['dev', '--prot', '3000'])).toBe(false)
  expect(await understood(['events', 'show'])).toBe(false)
})

/** The command line is read to its end; what the command does is left out. */
async function understood(args: readonly string[]): Promise<boolean> {
  const program = await buildProgram()
  for (const { command } of allCommands(program, 'hookline')) command.action(() => {})
  try {
    program.parse(args, { from: 'user' })
    return true
  } catch {
    return false
  }
}

test('a command is loaded under its own name', async () => {
  for (const name of whole.commands.map((command) => command.name())) {
    const program = await buildProgram(name)
    expect(program.commands.map((command) => command.name())).toEqual([name])
  }
})

test.each([
  ['an unknown command', ['dve'], 'Did you mean dev?'],
  ['an unknown option', ['dev', '--prot', '1'], 'Did you mean --port?'],
  ['a port that is none', ['serve', '--port', '70000'], 'from 0 to 65535'],
  ['an address that is none', ['events', '--url', 'here'], 'such as http://'],
  ['a missing argument', ['trigger', 'stripe'], "missing required argument 'type'"],
  ['an argument too many', ['init', 'here'], 'too many arguments'],
  ['an unknown inner command', ['events', 'shwo'], 'Did you mean show?'],
  ['a status that is none', ['events', '--status', 'lost'], 'unhandled, ready, running'],
  ['a time that is none', ['events', '--since', 'noon'], '15m, 2h or 7d ago'],
  ['a count that is none', ['trigger', 'stripe', 'a.b', '--times', '0'], 'from 1 to 10000'],
  ['a set without a value', ['trigger', 'stripe', 'a.b', '--set', 'x'], '--set metadata.userId'],
  ['no choice of events', ['events', 'replay'], '--all'],
  ['two choices of events', ['events', 'replay', 'evt_1', '--all'], 'Give one of them'],
])('%s is wrong usage: 2, in one line that helps', async (_, args, says) => {
  const { code, stderr } = await mainWithOutput(args)
  expect(stderr).toMatch(/^hookline: [^\n]+\n$/)
  expect(stderr).toContain(says)
  expect(code).toBe(2)
})

async function mainWithOutput(args: readonly string[]) {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const code = await main(args)
    return { code, stderr: written.mock.calls.map(([text]) => String(text)).join('') }
  } finally {
    written.mockRestore()
  }
}
