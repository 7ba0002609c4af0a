/** Bounds of what an import looks at. A project of any size stays within them; a planted file does not get past them. */
export const limits = {
  /** Folders below the chosen one. */
  depth: 4,
  /** Names looked at. */
  entries: 20_000,
  /** Files that say how something is started. */
  candidates: 100,
  fileBytes: 1024 * 1024,
  /** Services of one import. */
  services: 500,
  notes: 500,
  /** Aliases of a YAML file that stand for more than this many nodes in all are refused. */
  yamlAliases: 100,
  yamlDepth: 40,
  yamlNodes: 100_000,
  /** Files that extend one another. */
  extends: 10,
} as const
