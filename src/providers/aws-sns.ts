import { valueAt } from '../base/json.ts'
import type { Handshake } from './declaration.ts'
import { defineProvider } from './define.ts'
import type { JsonEvents } from './provider.ts'
import { askRemote } from './schemes/remote.ts'
import { parseSignedFields, signedFields } from './schemes/signed-fields.ts'

const confirmation = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'TopicArn', 'Type']
const withToken = confirmation.toSpliced(4, 0, 'Token')

/** Amazon's own verifiers differ in whether the end of a subscription is signed with its token. */
const fields = {
  Notification: [['Message', 'MessageId', 'Subject?', 'Timestamp', 'TopicArn', 'Type']],
  SubscriptionConfirmation: [withToken],
  UnsubscribeConfirmation: [withToken, confirmation],
}

/** Of a region, never of a bucket: `sns.s3-us-west-2.amazonaws.com` may be anybody's. */
const regionHost = /^sns\.[a-z]{2}(-[a-z]+){1,3}-\d{1,2}\.amazonaws\.com(\.cn)?$/
const certificatePath = /^\/[\w-]+\.pem$/

export const awsSns = defineProvider<JsonEvents<SnsMessage>>({
  name: 'aws-sns',
  title: 'Amazon SNS',
  docsUrl: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
  secretNames: [],
  scheme: signedFields({
    fields,
    // No query: the API at the same hosts answers one with text that a caller chose.
    isCertificateUrl: (url) =>
      isOfRegion(url) && certificatePath.test(url.pathname) && url.search + url.hash === '',
    signingUrl: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-hookline.pem',
    toleranceSeconds: 43_200,
    futureToleranceSeconds: 300,
  }),
  settings: ['topicArn'],
  event: {
    id: 'body:MessageId',
    type: 'body:Type',
    occurredAt: { at: 'body:Timestamp', unit: 'iso' },
  },
  parse: (body) => parseSignedFields(fields, body),
  handshake: confirmSubscription,
  notes: [
    'Set topicArn: without it a topic of any account verifies, and no subscription is confirmed.',
    'With it a subscription to that topic is confirmed by itself. Without, it is an event of the ' +
      'type SubscriptionConfirmation, whose SubscribeURL you may visit.',
    'The payload holds the signed fields alone. Raw message delivery has no signature and is ' +
      'refused.',
    'Amazon documents no tolerance and repeats a message unchanged for some hours: it may be 12 ' +
      'hours old. The delays between attempts follow the delivery policy of the subscription.',
    'The certificate is trusted because it comes from a host of Amazon by https; its issuer is ' +
      'not checked.',
  ],
  samples: [
    {
      type: 'Notification',
      body: {
        Type: 'Notification',
        MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
        TopicArn: 'arn:aws:sns:us-east-1:123456789012:orders',
        Subject: 'Order paid',
        Message: '{"order":"o_1",\n"status":"paid"}',
      },
    },
    {
      type: 'SubscriptionConfirmation',
      body: {
        Type: 'SubscriptionConfirmation',
        MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
        Token: '2336412f37fb687f5d51e6e2425ba1f2',
        TopicArn: 'arn:aws:sns:us-east-1:123456789012:orders',
        Message: 'You have chosen to subscribe to the topic.',
        SubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336',
      },
    },
  ],
})

export interface SnsMessage {
  Type: string
  MessageId: string
  TopicArn: string
  Message: string
  Timestamp: string
}

function isOfRegion({ protocol, hostname, port, username, password }: URL): boolean {
  return protocol === 'https:' && regionHost.test(hostname) && port + username + password === ''
}

/**
 * Only for the topic that the source is set to: whoever may confirm another could fill this one's
 * place.
 */
function confirmSubscription(...[request, context, verify]: Parameters<Handshake>) {
  const isAnnounced = request.headers.some(
    ([name, value]) =>
      name.toLowerCase() === 'x-amz-sns-message-type' && value === 'SubscriptionConfirmation',
  )
  const { fetch, settings } = context
  if (!isAnnounced || !fetch || !settings?.topicArn) return null
  return Promise.resolve(verify()).then(async (outcome) => {
    if (!outcome.ok || outcome.type !== 'SubscriptionConfirmation') return null
    const url = valueAt(parseSignedFields(fields, request.body), 'SubscribeURL')
    if (typeof url !== 'string' || !URL.canParse(url) || !isOfRegion(new URL(url))) return null
    const answer = await askRemote(fetch, { url })
    // Amazon sends it again where it was not confirmed.
    return { status: answer?.status === 200 ? 200 : 503 }
  })
}
