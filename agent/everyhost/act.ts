import {
  addressOf,
  type BulkResult,
  messageOf,
  problemOf,
  type ServiceVerb,
  splitAddress,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import { serviceAt } from './address.ts'
import { askAll, type Hosts } from './hosts.ts'

interface BulkInput {
  verb: ServiceVerb
  names: string[]
}

const problemFrom = (error: unknown, message: string) => {
  const { code, status, data } = error as { code?: string; status?: number; data?: unknown }
  return problemOf({ code: code ?? 'UNAVAILABLE', status: status ?? 503, message, data })
}

/** One call for each host, all at once; answers in the order of the names, refusals with the host in their words. */
export async function actOnAll(hosts: Hosts, input: BulkInput, caller: Caller): Promise<{ items: BulkResult[] }> {
  const groups = new Map<string, string[]>()
  const results = new Map<string, BulkResult>()
  const refuse = (address: string, error: unknown, message: string): void =>
    void results.set(address, { name: address, ok: false, problem: problemFrom(error, message) })
  for (const address of input.names) {
    const { name, host } = splitAddress(address)
    try {
      const { id } = hosts.find(host ?? '')
      groups.set(id, [...(groups.get(id) ?? []), name])
    } catch (error) {
      refuse(address, { code: 'NOT_FOUND', status: 404 }, (error as Error).message)
    }
  }
  const asked = [...groups.keys()].map((id) => hosts.find(id))
  const answers = await askAll<{ items: BulkResult[] }>(
    hosts,
    asked,
    ['services', 'act'],
    ({ id }) => ({ ...input, names: groups.get(id) ?? [] }),
    caller,
    { withinMs: null },
  )
  for (const answer of answers) {
    const { host } = answer
    if ('error' in answer) {
      const why = messageOf(answer.error)
      for (const name of groups.get(host.id) ?? [])
        refuse(addressOf(name, host.name), answer.error, why.includes(host.name) ? why : `${host.name}: ${why}`)
      continue
    }
    for (const result of answer.value.items) {
      const name = addressOf(result.name, host.name)
      results.set(
        name,
        result.ok
          ? { name, ok: true, service: serviceAt(result.service, host.name) }
          : { name, ok: false, problem: { ...result.problem, detail: `${host.name}: ${result.problem.detail}` } },
      )
    }
  }
  return { items: input.names.flatMap((name) => results.get(name) ?? []) }
}
