/** What some providers need beyond their declaration to be tested. Most are not here. */
import { hmac } from '../../signing/hmac.ts'
import type { SubjectOptions } from './subject.ts'

export const subjectOptions: Readonly<Record<string, SubjectOptions>> = {
  github: {
    downgrades: (body, secret) => {
      const sha1 = `sha1=${hmac('sha1', secret, [body]).toString('hex')}`
      return [[['X-Hub-Signature', sha1]], [['X-Hub-Signature-256', sha1]]]
    },
  },
  standardwebhooks: {
    downgrades: (body, secret, now) => {
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
      const mac = hmac('sha256', key, [`msg_1.${now}.`, body]).toString('base64')
      return [`v0,${mac}`, `v1a,${mac}`, `v10,${mac}`, `v2,${mac}`, mac].map((signature) => [
        ['webhook-id', 'msg_1'],
        ['webhook-timestamp', String(now)],
        ['webhook-signature', signature],
      ])
    },
  },
  stripe: {
    downgrades: (body, secret, now) => {
      const mac = hmac('sha256', secret, [`${now}.`, body]).toString('hex')
      return [`t=${now},v0=${mac}`, `t=${now},V1=${mac}`, `t=${now},v1`, `v1=${mac}`, mac].map(
        (signature) => [['Stripe-Signature', signature]],
      )
    },
  },
}
