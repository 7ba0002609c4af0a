import { type ClientContext, type ClientLink, type ClientOptions, createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../contract/index.ts'

/** A call that was made while there is no way to the agent. */
class NotConnectedError extends Error {
  override name = 'NotConnectedError'
  constructor() {
    super('The agent does not answer. HXE tries again by itself.')
  }
}

let current: ClientLink<ClientContext> | undefined

/** Which way calls go from now on; undefined while there is none. */
export function setLink(link: ClientLink<ClientContext> | undefined): void {
  current = link
}

const switchable: ClientLink<ClientContext> = {
  call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    return current ? current.call(path, input, options) : Promise.reject(new NotConnectedError())
  },
}

/** The agent, whatever carrier leads to it now. */
export const client: ContractRouterClient<Contract> = createORPCClient(switchable)
