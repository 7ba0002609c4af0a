/** Opening an address in the person's browser: the one program that the command starts and leaves behind. */

export async function openInBrowser(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  const command = openerOf(url, env, platform)
  if (!command) return false
  const { execa } = await import('execa')
  const [file, ...args] = command
  // Of its own group and not waited for: a browser that was not running yet stays in the foreground of its opener.
  const opener = execa(file, args, {
    env: { ...env },
    extendEnv: false,
    detached: true,
    stdio: 'ignore',
    cleanup: false,
    reject: false,
  })
  if (opener.pid === undefined) return false
  opener.unref()
  return true
}

/** Without a display there is nothing to open; the address is printed all the same. */
export function openerOf(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): [string, ...string[]] | undefined {
  if (platform === 'darwin') return ['open', url]
  // Not `start`, which is a word of cmd.exe and reads & in an address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', url] : undefined
}
