import { type ClientContext, type ClientLink, type ClientOptions, createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../contract/index.ts'
import type { Carrier } from './types.ts'

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

/** The agent whose services are shown, whatever carrier leads to it now. */
export const client: ContractRouterClient<Contract> = createORPCClient(switchable)

let openHome: (() => Promise<Carrier>) | undefined
let home: Promise<Carrier> | undefined

/** How to reach the agent of this panel itself, whichever host is shown. */
export function setHome(open: () => Promise<Carrier>): void {
  openHome = open
  home = undefined
}

const homeLink: ClientLink<ClientContext> = {
  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    if (!openHome) throw new NotConnectedError()
    const opening = home ?? openHome()
    home = opening
    const forget = (): void => {
      if (home === opening) home = undefined
    }
    const carrier = await opening.catch((error: unknown) => {
      forget()
      throw error
    })
    void carrier.closed.then(forget)
    return carrier.link.call(path, input, options)
  },
}

/** The agent that the panel belongs to: what it knows of the fleet is asked of it, and not of the host that is shown. */
export const homeClient: ContractRouterClient<Contract> = createORPCClient(homeLink)
