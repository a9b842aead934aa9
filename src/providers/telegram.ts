import { defineProvider } from './define.ts'
import { token } from './schemes/token.ts'

export const telegram = defineProvider({
  name: 'telegram',
  title: 'Telegram Bot API',
  docsUrl: 'https://core.telegram.org/bots/api#setwebhook',
  secretNames: ['TELEGRAM_WEBHOOK_SECRET', 'TELEGRAM_SECRET_TOKEN'],
  keys: [{ name: 'bot token', kind: 'api-key', begins: '', rest: '[0-9]{8,10}:AA[\\w-]{33}' }],
  scheme: token({ header: 'X-Telegram-Bot-Api-Secret-Token' }),
  event: {
    id: 'body:update_id',
    type: { memberOf: 'body:', beside: ['update_id'] },
  },
  // A body could be taken for a call of the Bot API.
  reply: { accepted: { status: 200 } },
  notes: [
    'The secret is the `secret_token` given to setWebhook: 1 to 256 letters, digits, `_` and `-`.',
    'It proves who called, not what the body says.',
    'The type is the name of what the update brings, such as `message` or `callback_query`.',
    'Tried for a while; its retries are not published.',
  ],
  samples: [
    {
      type: 'message',
      body: {
        update_id: 870_000_001,
        message: {
          message_id: 1,
          from: { id: 1, is_bot: false, first_name: 'Ada' },
          chat: { id: 1, type: 'private' },
          date: 1_700_000_000,
          text: '/start',
        },
      },
    },
  ],
})
