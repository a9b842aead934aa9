/**
 * The browser that the tests drive: found on this machine, or installed where that is allowed. It
 * never downloads a browser of its own, and a test never goes without one: none is an error.
 */
import { execFile, spawn } from 'node:child_process'
import { access, constants, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const usualPlaces = [
  '/usr/lib/chromium/chromium',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const versionTimeoutMs = 30_000
const launchTimeoutMs = 60_000
const lockWaitSeconds = 1_200
const updateSecondsMax = 300
const installSecondsMax = 900

/** What finding a browser depends on, so that a test can put another machine in its place. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly places: readonly string[]
  readonly isRoot: boolean
  /** The text of /etc/os-release; empty where there is none. */
  readonly osRelease: string
  readonly lockPath: string
}

export async function thisMachine(): Promise<Machine> {
  return {
    env: process.env,
    places: usualPlaces,
    isRoot: process.getuid?.() === 0,
    osRelease: await readFile('/etc/os-release', 'utf8').catch(() => ''),
    lockPath: path.join(os.tmpdir(), 'hookline-chromium.lock'),
  }
}

/**
 * The path of a Chromium that starts. HOOKLINE_CHROMIUM decides where it is set; then the PATH,
 * then the usual places. On Debian and Ubuntu, as root, the package `chromium` is installed when
 * there is none.
 */
export async function findChromium(machine?: Machine): Promise<string> {
  const on = machine ?? (await thisMachine())
  const wanted = on.env.HOOKLINE_CHROMIUM
  if (wanted) {
    if (await starts(wanted)) return wanted
    throw new Error(
      `HOOKLINE_CHROMIUM is '${wanted}', which does not start. The path is likely wrong, or a ` +
        'library is missing. Run it with --version to see, or unset the variable.',
    )
  }
  const found = await firstThatStarts(on)
  if (found !== undefined) return found
  await install(on)
  const installed = await firstThatStarts(on)
  if (installed !== undefined) return installed
  throw new Error(`The package chromium was installed, but no browser starts. ${advice}`)
}

const advice =
  'Install Chromium or Chrome with the means of this system, or set HOOKLINE_CHROMIUM to the ' +
  'path of one.'

async function firstThatStarts({ env, places }: Machine): Promise<string | undefined> {
  const folders = (env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '')
  const onPath = names.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  for (const candidate of [...onPath, ...places]) {
    if (await starts(candidate)) return candidate
  }
  return undefined
}

/** Ubuntu has a `chromium-browser` that only says where to get one: being there is not enough. */
async function starts(candidate: string): Promise<boolean> {
  try {
    await access(candidate, constants.X_OK)
    await promisify(execFile)(candidate, ['--version'], { timeout: versionTimeoutMs })
    return true
  } catch {
    return false
  }
}

/** One run installs and others wait for it: the lock first, then a second look. */
async function install({ env, isRoot, osRelease, lockPath }: Machine): Promise<void> {
  if (!isRoot || !/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(osRelease)) {
    throw new Error(
      'No Chromium was found for the browser tests. It is not on the PATH, and only root on ' +
        `Debian or Ubuntu may install it from here. ${advice}`,
    )
  }
  const script = [
    'command -v chromium && exit 0',
    `timeout ${updateSecondsMax} apt-get update`,
    `timeout ${installSecondsMax} apt-get -o DPkg::Lock::Timeout=${updateSecondsMax} ` +
      'install --yes --no-install-recommends chromium',
  ].join('\n')
  const exitCode = await runShown(
    'flock',
    ['--timeout', String(lockWaitSeconds), lockPath, 'sh', '-e', '-c', script],
    { ...env, DEBIAN_FRONTEND: 'noninteractive' },
  )
  if (exitCode === 0) return
  throw new Error(
    `The package chromium could not be installed (exit ${exitCode}); apt-get says why above. ` +
      `This machine likely reaches no Debian mirror, or its release has no such package. ${advice}`,
  )
}

function runShown(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
}

/**
 * A headless browser with a profile of its own that is gone when it closes. The caller closes it.
 *
 * @param executablePath what `findChromium` gave; in a test, `inject('chromium')`.
 */
export async function launchChromium(executablePath?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath ?? (await findChromium()),
    // Chromium refuses to run as root inside its sandbox.
    chromiumSandbox: process.getuid?.() !== 0,
    timeout: launchTimeoutMs,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      // The browser itself must call nobody: the tests speak to 127.0.0.1 alone.
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
