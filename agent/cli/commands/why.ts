import type { Service, Why } from '../../../contract/index.ts'
import { servicePath } from '../client.ts'
import type { CommonOptions, Context } from '../context.ts'
import { exitCodes } from '../exit.ts'
import { whyText } from '../explain.ts'
import { stateText } from '../look.ts'
import { safeLine } from '../safe.ts'
import { listServices } from '../select.ts'

/** `hxe why [NAME]`: the explanation of one service, or of all that are not as wanted. */
export async function run(context: Context, [name]: string[], options: CommonOptions): Promise<number> {
  const client = await context.connect()
  const { terminal } = context
  if (name !== undefined) {
    const [answer, service] = await Promise.all([
      client.get<{ service: string; why: Why | null }>(servicePath(name, '/why')),
      client.get<Service>(servicePath(name)),
    ])
    if (options.json) terminal.json(answer)
    else terminal.write(answer.why ? await whyText(answer.why, context) : `${asWanted(service)}\n`)
    return exitCodes.done
  }
  const services = (await listServices(client)).filter(({ why }) => why !== null)
  if (options.json) {
    terminal.json({ items: services.map((service) => ({ service: service.name, why: service.why })) })
    return exitCodes.done
  }
  if (services.length === 0) terminal.line('All services are as wanted.')
  for (const [at, service] of services.entries()) {
    if (!service.why) continue
    if (at > 0) terminal.line()
    terminal.line(terminal.paint.bold(safeLine(service.name)))
    terminal.write(await whyText(service.why, context))
  }
  return exitCodes.done
}

function asWanted(service: Service): string {
  const reason = service.reason.text === '' ? '' : ` (${safeLine(service.reason.text)})`
  return `${safeLine(service.name)} is as wanted: ${stateText(service)}${reason}`
}
