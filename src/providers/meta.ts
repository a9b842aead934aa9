import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { answerVerifyToken } from './handshakes.ts'
import { arrayElements, arrayRanges, type JsonPath, splitArray } from './json-array.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'

const change = 'body:changes.0'
const beside = ['sender', 'recipient', 'timestamp'] as const

export const meta = defineProvider<JsonEvents<{ id: string } & JsonObject>>({
  name: 'meta',
  title: 'Meta: Facebook, Instagram, WhatsApp',
  docsUrl: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
  secretNames: ['META_APP_SECRET', 'FACEBOOK_APP_SECRET', 'WHATSAPP_APP_SECRET'],
  keys: [
    {
      name: 'access token',
      kind: 'api-key',
      begins: 'EAA',
      rest: '[A-Za-z0-9]{100,300}',
      isBeginningShared: true,
    },
  ],
  scheme: mac({
    header: 'X-Hub-Signature-256',
    format: 'sha256={signature}',
    signed: '{body}',
    digest: 'sha256',
    encoding: 'hex',
  }),
  settings: ['verifyToken'],
  requiredSettings: ['verifyToken'],
  event: {
    id: {
      first: [
        `${change}.value.messages.0.id`,
        { join: [`${change}.value.statuses.0.id`, `${change}.value.statuses.0.status`] },
      ],
    },
    type: {
      first: [
        `${change}.field`,
        { memberOf: 'body:messaging.0', beside },
        { memberOf: 'body:', beside: ['id', 'uid', 'time'] },
      ],
    },
    occurredAt: { at: `${change}.value.messages.0.timestamp`, unit: 's' },
  },
  batch: (body) => arrayElements(body, ['entry'])?.flatMap(splitEntry),
  handshake: answerVerifyToken,
  notes: [
    'Each entry is an event of its own. One with several changes or messages is an event for ' +
      'each, which has the entry with that one alone. The object that is around the entries is ' +
      'not part of them.',
    'A message of WhatsApp is known by its id, a status by id and status, all else by its bytes.',
    'A change has its field as type; a message of Messenger or Instagram what it brings, such ' +
      'as `postback`.',
    'settings.verifyToken answers the challenge with which the URL is registered.',
    'Tried for up to 36 hours, for WhatsApp up to seven days.',
  ],
  samples: [
    {
      type: 'messages',
      body: {
        object: 'whatsapp_business_account',
        entry: [
          {
            id: '102290129340398',
            changes: [
              {
                field: 'messages',
                value: {
                  messaging_product: 'whatsapp',
                  metadata: { phone_number_id: '106540352242922' },
                  messages: [
                    {
                      from: '16505551234',
                      id: 'wamid.HBgLMTY1MDU1NTEyMzQ=',
                      timestamp: '1700000000',
                      type: 'text',
                      text: { body: 'hello' },
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    },
  ],
})

function splitEntry(entry: Uint8Array): Uint8Array[] {
  return splitOnly(entry, [['changes'], ['messaging'], ['standby']]).flatMap((one) =>
    splitOnly(one, [
      ['changes', 0, 'value', 'messages'],
      ['changes', 0, 'value', 'statuses'],
    ]),
  )
}

/**
 * By the one list that is there. Beside another, each event would hold all of the other's elements.
 */
function splitOnly(json: Uint8Array, paths: readonly JsonPath[]): Uint8Array[] {
  const [path, another] = paths.filter((candidate) => arrayRanges(json, candidate) !== undefined)
  return path && !another ? splitArray(json, path) : [json]
}
