import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import type { BrowserWindow, Rectangle } from 'electron'
import { z } from 'zod'

const placeSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  maximized: z.boolean(),
})
/** Where the window stands when it is not maximized, and whether it is. */
export type WindowPlace = z.infer<typeof placeSchema>

export const least = { width: 720, height: 480 }
const usual = { width: 1280, height: 800 }
/** So much of the window's upper edge is on a screen, or it could not be taken hold of. */
const grip = { width: 120, height: 32 }
const restMs = 500

/** Where to open the window: as it was, made to placeWindow, or in the middle where its screen has gone. */
export function placeWindow(saved: WindowPlace | undefined, screens: readonly Rectangle[]): Partial<Rectangle> {
  const [first] = screens
  const width = saved?.width ?? usual.width
  const height = saved?.height ?? usual.height
  const screen = saved && screens.find((area) => holdsGrip(saved, area))
  const room = screen ?? first
  if (!room) return { width, height }
  const size = {
    width: Math.max(Math.min(width, room.width), Math.min(least.width, room.width)),
    height: Math.max(Math.min(height, room.height), Math.min(least.height, room.height)),
  }
  return saved && screen ? { x: saved.x, y: Math.max(saved.y, screen.y), ...size } : size
}

function holdsGrip(place: Rectangle, area: Rectangle): boolean {
  const shared = (from: number, length: number, areaFrom: number, areaLength: number): number =>
    Math.min(from + length, areaFrom + areaLength) - Math.max(from, areaFrom)
  return (
    shared(place.x, place.width, area.x, area.width) >= grip.width &&
    shared(place.y, grip.height, area.y, area.height) >= grip.height / 2
  )
}

export function readPlace(path: string): WindowPlace | undefined {
  try {
    return placeSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // Nothing was kept yet, or not by this program: the window opens as usual.
    return undefined
  }
}

/** Keeps where the window is. Returns what ends that. */
export function keepPlace(window: BrowserWindow, path: string): () => void {
  let timer: NodeJS.Timeout | undefined
  const save = (): void => {
    timer = undefined
    if (window.isDestroyed() || window.isMinimized()) return
    const place = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    writeFile(`${path}.new`, JSON.stringify(place), { mode: 0o600 })
      .then(() => rename(`${path}.new`, path))
      .catch((error: unknown) => console.warn("The window's place could not be kept:", error))
  }
  const saveSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(save, restMs)
  }
  window.on('resize', saveSoon)
  window.on('move', saveSoon)
  window.on('maximize', saveSoon)
  window.on('unmaximize', saveSoon)
  return () => clearTimeout(timer)
}
