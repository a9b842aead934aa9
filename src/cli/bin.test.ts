import { expect, test } from 'vitest'
import { runCli, temporaryFolder } from './testing/cli-process.ts'

const directory = temporaryFolder()
const run = (args: readonly string[]) => runCli(args, { directory })

/** One line, in plain words, and no stack. */
const oneLine = /^hookline: [^\n]+\n$/

test('wrong usage ends with 2, one line, and what was likely meant', async () => {
  const { code, stdout, stderr } = await run(['dve'])
  expect(stderr).toMatch(oneLine)
  expect(stderr).toContain('Did you mean dev?')
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

test('help and the version are no errors', async () => {
  const [bare, help, version] = await Promise.all([
    run([]),
    run(['events', '--help']),
    run(['--version']),
  ])
  expect([bare.code, help.code, version.code]).toEqual([0, 0, 0])
  expect(bare.stdout).toContain('Commands:')
  expect(help.stdout).toContain('hookline events tail')
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('an error is JSON for a machine that asked for it', async () => {
  const { code, stderr } = await run(['events', 'list', '--json'])
  expect(JSON.parse(stderr)).toEqual({
    error: { code: 'admin_required', message: expect.stringContaining('HOOKLINE_ADMIN_KEY') },
  })
  expect(code).toBe(1)
})

test('the stack is shown to who asks for it, and to nobody else', async () => {
  const [plain, debug] = await Promise.all([
    run(['events', 'list']),
    run(['events', 'list', '--debug']),
  ])
  expect(plain.stderr).toMatch(oneLine)
  expect(debug.stderr).toMatch(/\n {4}at findServer /)
})

test('an old Node is told what is needed, before what it can not read is loaded', async () => {
  const versions = `
    const value = { ...process.versions, node: '20.19.0' }
    Object.defineProperty(process, 'versions', { value })`
  const { code, stdout, stderr } = await runCli(['--version'], {
    directory,
    nodeArguments: ['--import', `data:text/javascript,${encodeURIComponent(versions)}`],
  })
  expect(stderr).toMatch(oneLine)
  expect(stderr).toContain('this Node is 20.19.0, and Hookline needs 22.18 or later')
  expect(stdout).toBe('')
  expect(code).toBe(1)
})

test('only the expected warnings of Node are silenced', async () => {
  const warn = `
    const warn = (text) => process.emitWarning(text, 'ExperimentalWarning')
    setTimeout(() => warn('SQLite is an experimental feature'), 1)
    setTimeout(() => warn('Something else is'), 1)`
  const { stderr } = await runCli(['sandbox', '--help'], {
    directory,
    nodeArguments: ['--import', `data:text/javascript,${encodeURIComponent(warn)}`],
  })
  expect(stderr).toContain('Something else is')
  expect(stderr).not.toContain('SQLite')
})
