import { accessSync, constants } from 'node:fs'

const toolFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/run/current-system/sw/bin']

/** A system tool by its full path: the child's own PATH may hold nothing, or something else of that name. */
export function findTool(name: string): string | undefined {
  return toolFolders.map((folder) => `${folder}/${name}`).find((path) => isExecutable(path))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
