/**
 * The traps that the doctor knows, each declared once: what it is, why it matters and what to do
 * about it. docs/operate/doctor.md describes each; a test holds the two equal.
 */
export interface RuleWords {
  readonly title: string
  readonly why: string
  readonly fix: string
}

export const rules = {
  'key-in-code': {
    title: 'A key stands in the code',
    why: 'Whoever can read the repository, its forks and its backups can use it.',
    fix: 'Revoke it at the provider, make a new one, and read that from the environment.',
  },
  'key-in-history': {
    title: 'A key stands in the git history',
    why: 'It was taken out of the files, but every clone still holds it.',
    fix: 'Revoke it at the provider. Writing the history anew does not reach the clones.',
  },
  'env-file-committed': {
    title: 'A file of secrets is committed',
    why: 'Its secrets are in every clone, and stay in the history when it is deleted.',
    fix: 'Run `git rm --cached` on it, add it to .gitignore, and revoke what it holds.',
  },
  'env-file-not-ignored': {
    title: 'A file of secrets is not ignored by git',
    why: 'The next `git add .` commits it.',
    fix: 'Add `.env*.local` and the name of the file to .gitignore.',
  },
  'key-in-bundle': {
    title: 'A key stands in what browsers are sent',
    why: 'Every visitor can read it in the scripts of the page and use it.',
    fix: 'Revoke it, and make the call from the server or through `/call/<api>`.',
  },
  'key-in-published-variable': {
    title: 'A variable that the framework publishes holds a secret',
    why: 'Variables with this prefix are written into the scripts that browsers are sent.',
    fix: 'Rename it without the prefix, read it on the server alone, and revoke what it holds.',
  },
  'secret-api-in-browser': {
    title: 'Browser code calls an API that needs a secret key',
    why: 'To make the call the browser must have the key, and so has every visitor.',
    fix: 'Call it from the server, or through `/call/<api>`, which adds the key.',
  },
  'webhook-parsed-before-verified': {
    title: 'A webhook is parsed before it is verified',
    why: 'The signature covers the bytes that came. A body written anew has others: genuine events \
are refused, or the check is taken out.',
    fix: 'Verify the raw bytes: `express.raw()` on this route before any JSON parser, \
`await request.text()`, or `request.rawBody` at Firebase.',
  },
  'webhook-not-verified': {
    title: 'A webhook is handled without being verified',
    why: 'Anybody who finds the address can send it events, such as a payment that never was.',
    fix: "Check the provider's signature on the raw bytes before anything is read of it.",
  },
  'live-key-outside-production': {
    title: 'A live key is set where nothing is live',
    why: 'A test run then charges real cards and writes to real people.',
    fix: "Put the provider's test key here, and the live one into production alone.",
  },
  'secret-weak': {
    title: 'A secret is empty, short or a placeholder',
    why: 'A secret that can be guessed signs for anybody; with an empty one everybody can.',
    fix: "Set the provider's whole secret, or make one with `openssl rand -base64 32`.",
  },
  'secret-shared': {
    title: 'Two senders have the same secret',
    why: 'Each of them can sign in the name of the other, and one leak opens both.',
    fix: 'Make a secret of its own for each of them.',
  },
  'file-open-to-others': {
    title: 'A database or key file is open to other users of the machine',
    why: 'They can read the keys, or the events and what is in them.',
    fix: 'Run `chmod 600` on it, and `chmod 700` on a folder.',
  },
  'clock-skew': {
    title: 'The clocks of the server and of this machine differ',
    why: 'Signatures carry a time. A clock that is off refuses genuine webhooks.',
    fix: 'Let the clock be set by NTP, as with `timedatectl set-ntp true`.',
  },
  'retention-endless': {
    title: 'Events are kept for ever',
    why: 'The database grows until the disk is full, and holds personal data without need.',
    fix: 'Leave `retention` out (30 days), or name the days that you need.',
  },
} as const satisfies Record<string, RuleWords>

export type RuleName = keyof typeof rules

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(rules, name)
}
