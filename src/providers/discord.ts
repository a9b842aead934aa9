import { valueAt } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { bodyHolds, signedChallenge } from './handshakes.ts'
import type { ProviderReply } from './request.ts'
import { keyPair } from './schemes/key-pair.ts'

const json = { 'content-type': 'application/json' }
const [holdsEvent, holdsData] = [bodyHolds('"event"'), bodyHolds('"data"')]

export const discord = defineProvider({
  name: 'discord',
  title: 'Discord',
  docsUrl: 'https://docs.discord.com/developers/events/webhook-events',
  secretNames: ['DISCORD_PUBLIC_KEY'],
  keys: [
    {
      name: 'bot token',
      kind: 'api-key',
      begins: '',
      rest: '[MNO][\\w-]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,38}',
    },
  ],
  scheme: keyPair({
    header: 'X-Signature-Ed25519',
    timestampHeader: 'X-Signature-Timestamp',
    form: 'ed25519-hex',
    toleranceSeconds: 900,
    futureToleranceSeconds: 300,
  }),
  event: {
    type: 'body:event.type',
    occurredAt: { at: 'body:event.timestamp', unit: 'iso-utc' },
  },
  reply: { accepted: { status: 204, headers: json }, refusedStatus: 401 },
  handshake: signedChallenge({
    mayBe: (request) => !holdsEvent(request) && !holdsData(request),
    answer: answerPing,
  }),
  retryAfterSeconds: [5, 15, 30, 60, 120, 240],
  notes: [
    'The secret is the public key of the app.',
    'Discord documents no tolerance and repeats an event for up to ten minutes, whose signature ' +
      'may be the first one: a signed time may be 15 minutes old. The delays between its ' +
      'attempts are not published.',
    'It sends wrong signatures on purpose, and takes the URL away where they are not answered ' +
      'with 401.',
    'Events have no id. Interactions are verified too, but their users wait for an answer of the ' +
      'app.',
  ],
  samples: [
    {
      type: 'APPLICATION_AUTHORIZED',
      body: {
        version: 1,
        application_id: '1234560123453231555',
        type: 1,
        event: {
          type: 'APPLICATION_AUTHORIZED',
          timestamp: '2023-11-14T22:13:20.064834',
          data: {
            integration_type: 1,
            scopes: ['applications.commands'],
            user: { id: '80351110224678912', username: 'ada' },
          },
        },
      },
    },
  ],
})

/** Type 0 is the ping of webhook events; 1 is that of interactions, whose other types hold data. */
function answerPing(payload: unknown): ProviderReply | null {
  const type = valueAt(payload, 'type')
  if (type === 0) return { status: 204, headers: json }
  return type === 1 ? { status: 200, headers: json, body: '{"type":1}' } : null
}
