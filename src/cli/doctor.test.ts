import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { newProject, random } from '../doctor/testing/project.ts'
import { runCli } from './testing/cli-process.ts'

const key = `sk_live_${random(24)}`

describe('hookline doctor', () => {
  test('ends with 0 where nothing is found', async () => {
    const project = newProject()
    project.write('a.ts', 'export const a = 1\n')
    const { code, stdout, stderr } = await runCli(['doctor'], { directory: project.folder })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('1 file looked at: 0 traps.')
  })

  test('ends with 1 where something is, with its place, the reason and the fix', async () => {
    const project = newProject()
    project.write('src/a.ts', `\nexport const key = '${key}'\n`)
    const { code, stdout, stderr } = await runCli(['doctor'], { directory: project.folder })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^key-in-code {2}src\/a\.ts:2$/m)
    expect(stdout).toMatch(/Why: .+\n {2}Fix: .+\n {2}Fingerprint: [0-9a-f]{16}/)
    expect(stderr).toMatch(/^hookline: 1 trap found\. [^\n]+\n$/)
    expect(stdout + stderr).not.toContain(key.slice(-12))
  })

  test('prints JSON for machines, for another folder, without the history', async () => {
    const project = newProject()
    project.write('a.ts', `export const key = '${key}'\n`)
    project.commit('Begin')
    project.write('a.ts', 'export const key = process.env.KEY\n')
    const args = ['doctor', project.folder, '--json']
    const { code, stdout } = await runCli(args, { directory: '/' })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [{ rule: 'key-in-history', path: 'a.ts', line: 1, fix: expect.any(String) }],
      accepted: [],
      notes: [],
      versions: 1,
    })
    const { code: withoutHistory } = await runCli([...args, '--no-history'], { directory: '/' })
    expect(withoutHistory).toBe(0)
  })

  test('compares clocks with a server that is named', async () => {
    const server = createServer((_, response) => {
      response.sendDate = false
      response.setHeader('Date', 'Sat, 31 Jan 2026 12:00:00 GMT').end()
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    // It listens on TCP, so its address is no path of a socket.
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}`
    const args = ['doctor', '--url', url, '--json']
    const { code, stdout } = await runCli(args, { directory: newProject().folder })
    server.close()
    expect(code).toBe(1)
    expect(JSON.parse(stdout).findings).toMatchObject([{ rule: 'clock-skew', path: url }])
  })

  test('is wrong usage: 2, where it can not begin', async () => {
    const project = newProject()
    project.write('.hookline-doctor.json', '{}')
    const none = newProject()
    const runs: [args: string[], directory: string, says: string][] = [
      [['doctor'], project.folder, '.hookline-doctor.json'],
      [['doctor', 'nowhere'], none.folder, 'nowhere is no folder'],
      [['doctor', '--url', 'http://127.0.0.1:1'], none.folder, 'does not answer'],
    ]
    for (const [args, directory, says] of runs) {
      const { code, stderr } = await runCli(args, { directory })
      expect(code, says).toBe(2)
      expect(stderr).toContain(says)
    }
  })
})
