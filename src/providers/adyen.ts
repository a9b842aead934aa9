import type { JsonObject } from '../base/json.ts'
import { defineProvider } from './define.ts'
import { arrayElements } from './json-array.ts'
import type { JsonEvents } from './provider.ts'
import { mac } from './schemes/mac.ts'
import { signedItems } from './schemes/signed-items.ts'

const [list, item] = ['notificationItems', 'NotificationRequestItem'] as const

export const adyen = defineProvider<
  JsonEvents<{ NotificationRequestItem: { eventCode: string; pspReference: string } & JsonObject }>
>({
  name: 'adyen',
  title: 'Adyen',
  docsUrl: 'https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures/',
  secretNames: ['ADYEN_HMAC_KEY'],
  scheme: {
    payment: signedItems({
      list,
      item,
      signature: ['additionalData', 'hmacSignature'],
      fields: [
        'pspReference',
        'originalReference',
        'merchantAccountCode',
        'merchantReference',
        'amount.value',
        'amount.currency',
        'eventCode',
        'success',
      ],
      numberField: 'amount.value',
      freeField: 'merchantReference',
    }),
    header: mac({
      header: 'HmacSignature',
      signed: '{body}',
      digest: 'sha256',
      encoding: 'base64',
      key: { form: 'hex' },
    }),
  },
  settings: ['scheme'],
  event: {
    id: {
      first: [
        { join: [`body:${item}.pspReference`, `body:${item}.eventCode`, `body:${item}.success`] },
        { join: ['body:type', 'body:data.id', 'body:timestamp'] },
      ],
    },
    type: { first: [`body:${item}.eventCode`, 'body:type'] },
    occurredAt: { at: `body:${item}.eventDate`, unit: 'iso' },
    mode: { at: 'body:environment', live: 'live', test: 'test' },
  },
  batch: (body) => arrayElements(body, [list]),
  reply: { accepted: { status: 200, body: '[accepted]' } },
  retryAfterSeconds: [120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800],
  notes: [
    'In the scheme `payment` eight fields of each item are signed (the references, the account, ' +
      'the amount, the event and its success); all others, among them `live` and the reason, are ' +
      'not.',
    'Those fields are joined by colons. Only merchantReference may hold one: with another, text ' +
      'could move between fields, and the item is refused.',
    'The scheme `header` is that of the platform and of management webhooks, and signs the whole ' +
      'body.',
    'The key is the hexadecimal one of the endpoint; each endpoint, test or live, has its own.',
    'Repeated after growing delays and then every eight hours for a week.',
  ],
  samples: [
    {
      type: 'AUTHORISATION',
      scheme: 'payment',
      body: {
        live: 'false',
        notificationItems: [
          {
            NotificationRequestItem: {
              amount: { value: 1_130, currency: 'EUR' },
              pspReference: '7914073381342284',
              eventCode: 'AUTHORISATION',
              eventDate: '2023-11-14T23:13:20+01:00',
              merchantAccountCode: 'TestMerchant',
              operations: ['CANCEL', 'CAPTURE', 'REFUND'],
              merchantReference: 'TestPayment-1407325143704',
              paymentMethod: 'visa',
              success: 'true',
            },
          },
        ],
      },
    },
    {
      type: 'balancePlatform.transfer.created',
      scheme: 'header',
      body: {
        type: 'balancePlatform.transfer.created',
        environment: 'test',
        timestamp: '2023-11-14T22:13:20Z',
        data: { id: '1W1UG35U8A9J5ZLG', amount: { currency: 'EUR', value: 9_000 } },
      },
    },
  ],
})
