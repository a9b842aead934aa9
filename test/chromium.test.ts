/** The browser shows a page, knows nothing of the run before, and is found or asked for. */
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { findChromium, launchChromium, type Machine } from './chromium.ts'

const page = `<!doctype html><title>Static</title><p></p><script>
  document.querySelector('p').textContent = 'seen ' + (localStorage.getItem('seen') ?? 'never')
  localStorage.setItem('seen', 'before')
</script>`

describe('the browser', () => {
  let server: Server
  let url: string

  beforeEach(async () => {
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(page)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // An address with a port, since it listens on one.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })

  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  test('shows a page and runs its script', async () => {
    expect(await readTwice()).toEqual(['seen never', 'seen before'])
  })

  test('begins with an empty profile each time', async () => {
    await readTwice()
    expect(await readTwice()).toEqual(['seen never', 'seen before'])
  })

  async function readTwice(): Promise<(string | null)[]> {
    const browser = await launchChromium(inject('chromium'))
    try {
      const tab = await (await browser.newContext()).newPage()
      const texts: (string | null)[] = []
      for (let i = 0; i < 2; i++) {
        await tab.goto(url)
        texts.push(await tab.locator('p').textContent())
      }
      return texts
    } finally {
      await browser.close()
    }
  }
})

describe('finding the browser', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'hookline-chromium-'))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  test('takes the one that HOOKLINE_CHROMIUM names before one on the PATH', async () => {
    await writeProgram('chromium', 'exit 0')
    const named = await writeProgram('my-browser', 'exit 0')
    expect(await findChromium(machine({ env: { HOOKLINE_CHROMIUM: named } }))).toBe(named)
  })

  test('does not fall back where HOOKLINE_CHROMIUM names one that does not start', async () => {
    await writeProgram('chromium', 'exit 0')
    const named = await writeProgram('my-browser', 'exit 1')
    const search = findChromium(machine({ env: { HOOKLINE_CHROMIUM: named } }))
    await expect(search).rejects.toThrow(/my-browser', which does not start/)
  })

  test('passes over one that is on the PATH but does not start', async () => {
    await writeProgram('chromium', 'exit 1')
    const chrome = await writeProgram('google-chrome', 'exit 0')
    expect(await findChromium(machine())).toBe(chrome)
  })

  test('looks in the usual places where the PATH has none', async () => {
    const place = await writeProgram('browser-in-its-place', 'exit 0')
    expect(await findChromium(machine({ places: [place] }))).toBe(place)
  })

  test('installs it once on Debian as root, however many ask at the same moment', async () => {
    await prepareDebian('install')
    const asked = [findChromium(debian()), findChromium(debian()), findChromium(debian())]
    const chromium = path.join(folder, 'chromium')
    expect(await Promise.all(asked)).toEqual([chromium, chromium, chromium])
    expect(await readFile(path.join(folder, 'log'), 'utf8')).toBe('update\ninstall chromium\n')
  })

  test('says so where the installation fails', async () => {
    await prepareDebian('fail')
    await expect(findChromium(debian())).rejects.toThrow(
      /could not be installed \(exit 100\).*likely.*set HOOKLINE_CHROMIUM/,
    )
  })

  test('installs nothing as another user or elsewhere, and says how to get one', async () => {
    await prepareDebian('install')
    for (const other of [debian({ isRoot: false }), debian({ osRelease: 'ID=alpine\n' })]) {
      await expect(findChromium(other)).rejects.toThrow(
        /No Chromium was found.*not on the PATH.*set HOOKLINE_CHROMIUM/,
      )
    }
    await expect(readFile(path.join(folder, 'log'))).rejects.toThrow(/ENOENT/)
  })

  function machine(options: Partial<Machine> = {}): Machine {
    return {
      places: [],
      isRoot: false,
      osRelease: '',
      lockPath: path.join(folder, 'lock'),
      ...options,
      env: { PATH: folder, ...options.env },
    }
  }

  function debian(options: Partial<Machine> = {}): Machine {
    return machine({ isRoot: true, osRelease: 'NAME="Debian"\nID=debian\n', ...options })
  }

  async function writeProgram(name: string, script: string): Promise<string> {
    const file = path.join(folder, name)
    await writeFile(file, `#!/bin/sh\n${script}\n`)
    await chmod(file, 0o755)
    return file
  }

  /** The few programs that the installation calls, and an apt-get that writes down its calls. */
  async function prepareDebian(outcome: 'install' | 'fail'): Promise<void> {
    for (const program of ['sh', 'flock', 'timeout', 'cp']) {
      await symlink(path.join('/usr/bin', program), path.join(folder, program))
    }
    const model = await writeProgram('model-of-a-browser', 'exit 0')
    const work =
      outcome === 'fail' ? 'exit 100' : `cp '${model}' '${path.join(folder, 'chromium')}'`
    await writeProgram(
      'apt-get',
      `case "$1" in
        update) echo update >>'${path.join(folder, 'log')}' ;;
        *) for last; do :; done; echo "install $last" >>'${path.join(folder, 'log')}'; ${work} ;;
      esac`,
    )
  }
})
