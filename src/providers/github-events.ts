/** The payload types of GitHub, from the published OpenAPI types where those are installed. */
// biome-ignore lint/suspicious/noTsIgnore: an error only where the optional peer is absent.
/** @ts-ignore The package is an optional peer; without it payloads are not checked. */
import type { operations } from '@octokit/openapi-webhooks-types'

/** `pull-request-review/submitted` is an action of the event `pull_request_review`. */
type EventOf<Operation> = Operation extends `${infer Event}/${string}`
  ? Underscored<Event>
  : Operation extends string
    ? Underscored<Operation>
    : never

type Underscored<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : Text

type PayloadOf<Operation> = Operation extends {
  requestBody?: { content: { 'application/json': infer Payload } }
}
  ? Payload
  : never

type ByEvent<Operations> = {
  [Event in EventOf<keyof Operations>]: {
    [Name in keyof Operations]: EventOf<Name> extends Event ? PayloadOf<Operations[Name]> : never
  }[keyof Operations]
} & { readonly '*': { [Name in keyof Operations]: PayloadOf<Operations[Name]> }[keyof Operations] }

/** An interface, so that declarations name it instead of writing its hundreds of types out. */
export interface GithubEvents extends ByEvent<operations> {}
