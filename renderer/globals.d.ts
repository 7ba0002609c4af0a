/// <reference types="vite/client" />

/** What the preload script gives the page in the window; absent in a browser. */
interface HxeBridge {
  /**
   * Asks the main process for a port to the agent, or through it to another host of the fleet. It comes as a message of
   * this window with `type: 'hxe-port'` and the number of the request.
   */
  requestPort(request: number, host?: string): void
  /** Says that the page shows what the agent has: starts have waited for that. */
  drawn(): void
  platform: string
  openExternal?(url: string): void
  /** What the person chose before; read with `readPreferences`. */
  readPreferences(): unknown
  savePreferences(chosen: unknown): Promise<void>
  /** What was edited and not applied when the page was here last; read with `readEdits`. */
  readEdits(): Promise<unknown>
  saveEdits(edits: unknown): Promise<void>
  startsAtLogin(): Promise<boolean>
  setStartAtLogin(on: boolean): Promise<void>
  /** A folder that the person chose in the system's dialog; null when none was. */
  chooseFolder(): Promise<string | null>
}

interface Window {
  hxe?: HxeBridge
}
