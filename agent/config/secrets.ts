import type { CommandSpec, Configuration, LateText } from './model.ts'
import { looksSecret } from './values/secrets.ts'

/** The values that a configuration makes secret, as they are known to the agent: nothing of its own log may hold one. */
export function secretValues(
  configuration: Configuration,
  env: Readonly<Record<string, string | undefined>>,
): Set<string> {
  const values = new Set<string>()
  const add = (value: string | undefined): void => {
    if (value) values.add(value)
  }
  const addText = ({ secret, parts }: LateText): void => {
    if (secret) addParts(parts)
  }
  const addParts = (parts: LateText['parts']): void => {
    // Around a reference stand the parts of an address or the like, which are no secret themselves.
    const [only] = parts
    if (parts.length === 1 && typeof only === 'string') add(only)
    for (const part of parts) if (typeof part !== 'string' && part.from === 'env') add(env[part.name] ?? part.fallback)
  }
  const addCommand = (command: CommandSpec | undefined): void => command?.argv.forEach(addText)
  for (const { environment, command, stop, reload, hooks, healthChecks } of configuration.services.values()) {
    for (const text of environment.values()) addText(text)
    for (const each of [command, stop.command, reload?.command]) addCommand(each)
    for (const each of [...hooks.preStart, ...hooks.postStart, ...hooks.postStop]) addCommand(each.command)
    for (const { probe } of healthChecks) {
      if (probe.type === 'exec') addCommand(probe.command)
      if (probe.type === 'http') for (const text of [probe.url, ...probe.headers.values()]) addText(text)
    }
  }
  // Whoever knows the address of a chat's webhook may write there.
  for (const { url, secret, token, routingKey, headers } of configuration.notifications.values())
    for (const text of [url, secret, token, routingKey, ...headers.values()]) if (text) addParts(text.parts)
  const { otlp } = configuration.agent
  for (const text of otlp?.headers.values() ?? []) addParts(text.parts)
  if (otlp) addText(otlp.endpoint)
  if (configuration.mail?.password) addParts(configuration.mail.password.parts)
  for (const name of configuration.agentEnvNames) if (looksSecret(name)) add(env[name])
  return values
}
