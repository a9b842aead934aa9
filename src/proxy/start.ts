/** Puts the parts of the proxy together for an app. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Mode } from '../base/mode.ts'
import type { Random } from '../base/random.ts'
import type { EgressOptions } from '../egress/egress.ts'
import type { ApiDefinition } from '../providers/apis/declaration.ts'
import type { CallStorage } from '../storage/calls.ts'
import { makeApis } from './api.ts'
import { newBudgets } from './budget.ts'
import { newCallLog } from './call-log.ts'
import type { SecretsOf } from './credential.ts'
import type { CallProxy } from './proxy.ts'
import { newTokenCache } from './token-exchange.ts'

/** An API by the name in `/call/<name>`. */
export type ApiDefinitions = Readonly<Record<string, ApiDefinition>>

export interface ProxyOptions {
  readonly apis: ApiDefinitions | undefined
  readonly mode: Mode
  readonly egress: EgressOptions | undefined
  readonly secretsOf: SecretsOf
  readonly storage: Pick<CallStorage, 'recordCalls'>
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
}

/** @throws HooklineError `config_invalid`. */
export function newProxy(options: ProxyOptions): CallProxy {
  const { apis = {}, mode, egress, secretsOf, clock, log, random } = options
  return {
    apis: makeApis(apis, { mode, egress }),
    mode,
    keys: { secretsOf, tokens: newTokenCache(clock) },
    budgets: newBudgets(clock),
    calls: newCallLog(options),
    clock,
    log,
    random,
  }
}
