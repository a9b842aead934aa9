/** `hookline doctor`: the traps of a project, each with its place, why it matters and the fix. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { systemClock } from '../base/clock.ts'
import { HooklineError } from '../base/errors.ts'
import type { ServerTime } from '../doctor/clock-skew.ts'
import { examine, type Report } from '../doctor/examine.ts'
import type { Finding } from '../doctor/finding.ts'
import { rules } from '../doctor/rules.ts'
import { type CommonOptions, httpUrl, newCommand } from './command.ts'
import { UsageError } from './failure.ts'
import { paint, print, printJson } from './output.ts'
import { printableLine } from './printable.ts'

interface DoctorOptions extends CommonOptions {
  readonly url?: string
  readonly history: boolean
}

const answerMsMax = 10_000

export function doctorCommand(): Command {
  return newCommand('doctor', {
    does: 'Find the traps: keys where others read them, webhooks that are not verified.',
    examples: ['doctor', 'doctor ../shop --json', 'doctor --url https://shop.example'],
    notes: [
      'It reads files and the git history, changes nothing and calls nobody, but for --url.\n' +
        'Exit 0: nothing was found. 1: something was. 2: wrong usage.',
      'To let a finding stand, put its fingerprint with a reason into .hookline-doctor.json, or\n' +
        'a comment beside it: hookline-doctor: accept <rule> <reason>',
    ],
  })
    .argument('[folder]', 'the project; else this folder')
    .option('--url <url>', 'a server of yours, whose clock is compared with this one', httpUrl)
    .option('--no-history', 'without the git history')
    .action(async (folder: string | undefined, _, command: Command) => {
      await doctor(folder ?? '.', command.optsWithGlobals<DoctorOptions>())
    })
}

async function doctor(named: string, options: DoctorOptions): Promise<void> {
  const folder = resolve(named)
  const isFolder = await stat(folder).then(
    (state) => state.isDirectory(),
    () => false,
  )
  if (!isFolder) throw new UsageError(`${named} is no folder. Give the folder of your project.`)
  const time = options.url === undefined ? undefined : await askTime(options.url)
  const report = await readable(
    examine(folder, { isHistorySearched: options.history, time, onProgress: showProgress }),
  )
  if (options.json) printJson({ ...report, findings: report.findings.map(withWords) })
  else printReport(report)
  if (report.findings.length === 0) return
  throw new HooklineError(
    'doctor_findings',
    `${counted(report.findings.length, 'trap')} found. Each is described in the output. Fix them, \
or accept them with a reason: see docs/operate/doctor.md.`,
  )
}

/** A list of what is accepted that can not be read is wrong usage, not a finding. */
async function readable(report: Promise<Report>): Promise<Report> {
  try {
    return await report
  } catch (error) {
    if (error instanceof HooklineError) throw new UsageError(error.message)
    throw error
  }
}

async function askTime(url: string): Promise<ServerTime> {
  const askedMs = systemClock.now()
  const signal = AbortSignal.timeout(answerMsMax)
  const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal }).catch(() => {
    throw new UsageError(`${url} does not answer, so its clock can not be read. Is it running?`)
  })
  const serverMs = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(serverMs)) {
    throw new UsageError(`${url} does not say the time: its answer has no Date header.`)
  }
  return { url, serverMs, askedMs, answeredMs: systemClock.now() }
}

function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\rHistory: ${done} of ${total} versions\x1b[K`)
}

function withWords(finding: Finding) {
  return { ...finding, ...rules[finding.rule] }
}

function printReport({ findings, accepted, unused, notes, files, versions }: Report): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  for (const finding of findings) printFinding(finding)
  for (const note of notes) print(`note: ${printableLine(note)}`)
  for (const { fingerprint, path } of unused) {
    print(`note: nothing answers to the accepted ${printableLine(fingerprint ?? path ?? '')}`)
  }
  const history = versions === 0 ? '' : ` and ${counted(versions, 'old version')}`
  const looked = `${counted(files, 'file')}${history} looked at`
  const stand = accepted.length === 0 ? '' : `, ${accepted.length} accepted`
  print(`${looked}: ${counted(findings.length, 'trap')}${stand}.`)
}

function printFinding({ rule, path, line, what, commit, fingerprint }: Finding): void {
  const { why, fix } = rules[rule]
  const since = commit === undefined ? '' : ` (${commit})`
  const place = `${path}${line === 0 ? '' : `:${line}`}${since}`
  print(`${paint('red', rule)}  ${paint('bold', printableLine(place))}`)
  print(`  ${printableLine(what)}`)
  print(`  Why: ${why}`)
  print(`  Fix: ${fix}`)
  print(paint('gray', `  Fingerprint: ${fingerprint}\n`))
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
