import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NativeImage, nativeImage } from 'electron'
import type { TrayState } from './menu.ts'

const fileOf = (assetsDir: string, state: TrayState, size: number): Buffer =>
  readFileSync(join(assetsDir, `tray-${state}-${size}.png`))

/** For macOS, which colours it, and Windows. The 32 pixel drawing is for screens of a higher density. */
export function templateImage(assetsDir: string, state: TrayState): NativeImage {
  const image = nativeImage.createEmpty()
  for (const size of [16, 32])
    image.addRepresentation({
      scaleFactor: size / 16,
      width: size,
      height: size,
      buffer: fileOf(assetsDir, state, size),
    })
  image.setTemplateImage(true)
  return image
}

/** As a StatusNotifierItem has it: rows of ARGB, in white where the desktop's panel is dark and in black elsewhere. */
export function pixels(assetsDir: string, state: TrayState, isDark: boolean): [number, number, Buffer][] {
  return [22, 32].map((size) => {
    const image = nativeImage.createFromBuffer(fileOf(assetsDir, state, size))
    const { width, height } = image.getSize()
    const drawn = image.toBitmap()
    const ink = isDark ? 255 : 0
    const argb = Buffer.alloc(drawn.length)
    // The drawings are black: of them only the alpha, the last of four bytes, counts.
    for (let at = 0; at < drawn.length; at += 4) argb.set([drawn[at + 3] ?? 0, ink, ink, ink], at)
    return [width, height, argb]
  })
}
