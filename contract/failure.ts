/** What was thrown, in a person's words; libraries throw whatever they like. Without a schema, so that workers stay small. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
