/** The agent's own environment as it is now: a copy, with no prototype, since names come from outside. */
export function currentEnv(): Record<string, string> {
  const env: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value
  return env
}
