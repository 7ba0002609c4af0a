/** What happens by itself when files change. */
export const agentModes = ['development', 'production', 'test'] as const
export type AgentMode = (typeof agentModes)[number]

export const defaultMode: AgentMode = 'development'

/** What a mode means, for whoever sees its name. */
export const modeMeanings: Readonly<Record<AgentMode, string>> = {
  development: 'Saved files are taken over, and services with a watch block restart when what they watch changes.',
  production: 'Saved files are taken over. No service restarts because a watched file has changed.',
  test: 'Saved files change nothing until they are applied, and no service restarts because of them.',
}
