/** What the routes under `/_sandbox/` take: parsed once, trusted afterwards. */
import { z } from 'zod'
import { decodeUtf8 } from '../../base/bytes.ts'
import { HooklineError } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import { readBody } from '../read-body.ts'
import { triggerSendingsMax } from './trigger.ts'

export const toolBodyBytesMax = 262_144

export const eventType = z
  .string()
  .regex(/^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/)
  .max(100)
const target = {
  /** The name of a source, or of the company, which is all of its sources. */
  source: z.string().max(100).optional(),
  provider: z.string().max(100).optional(),
  /** The address of one endpoint, which comes before both. */
  url: z.string().max(2_000).optional(),
}
const set = z.record(z.string(), z.unknown()).optional()

export const triggerBody = z.object({
  ...target,
  type: eventType,
  set,
  times: z.int().min(1).max(triggerSendingsMax).optional(),
  duplicate: z.int().min(0).max(triggerSendingsMax).optional(),
  shuffle: z.boolean().optional(),
})

export const forgeBody = z.object({ ...target, type: eventType.optional(), set })

export const resendBody = z.object({
  ...target,
  id: z.string().max(100).optional(),
  type: eventType.optional(),
})

/** The request's JSON; no body at all counts as an empty object. */
export async function readToolBody<T extends z.ZodType>(
  request: Request,
  schema: T,
): Promise<z.infer<T>> {
  const { bytes, isCut } = await readBody(request.body, toolBodyBytesMax)
  if (isCut) throw invalid(`The body is over the limit of ${toolBodyBytesMax} bytes.`)
  const text = decodeUtf8(bytes)
  const json = text === '' ? {} : parseJson(text ?? '')
  if (json === undefined) throw invalid('The body is not JSON.')
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(`${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'not understood'}.`)
}

function invalid(why: string): HooklineError {
  return new HooklineError(
    'payload_invalid',
    `The sandbox does not understand the request. ${why} ` +
      'Send JSON such as {"source":"stripe","type":"payment_intent.succeeded"}.',
  )
}
