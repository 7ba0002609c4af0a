/** So many pixels for one of the page, so that a picture is sharp where it is shown. */
const pixelRatio = 2

/**
 * Plots as a PNG, drawn from what is on the page with the colours it has there. The page's policy lets no picture be made
 * of the elements themselves, so each shape and each text is drawn again.
 */
export async function pictureOf(section: HTMLElement): Promise<Blob> {
  const { width, height, left, top } = section.getBoundingClientRect()
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(width * pixelRatio)
  canvas.height = Math.ceil(height * pixelRatio)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('There is no room to draw in')
  const place = new DOMMatrix().scale(pixelRatio).translate(-left, -top)
  context.setTransform(place)
  context.fillStyle = getComputedStyle(document.body).backgroundColor
  context.fillRect(left, top, width, height)
  for (const shape of section.querySelectorAll<SVGGeometryElement>('svg :is(path, line, rect, circle)'))
    drawShape(context, shape, place)
  for (const swatch of section.querySelectorAll<HTMLElement>('.plot-swatch')) drawBox(context, swatch)
  drawTexts(context, section)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be made'))), 'image/png'),
  )
}

function drawShape(context: CanvasRenderingContext2D, shape: SVGGeometryElement, place: DOMMatrix): void {
  const matrix = shape.getScreenCTM()
  if (!matrix || shape.closest('defs, clipPath')) return
  const style = getComputedStyle(shape)
  const path = pathOf(shape)
  context.save()
  clip(context, shape)
  context.setTransform(place.multiply(matrix))
  const opacity = Number(style.opacity)
  if (style.fill !== 'none') {
    context.globalAlpha = opacity * Number(style.fillOpacity)
    context.fillStyle = style.fill
    context.fill(path)
  }
  if (style.stroke !== 'none') {
    context.globalAlpha = opacity * Number(style.strokeOpacity)
    context.strokeStyle = style.stroke
    context.lineWidth = Number.parseFloat(style.strokeWidth)
    context.lineJoin = 'round'
    context.setLineDash(
      style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[ ,]+/).map(Number.parseFloat),
    )
    context.stroke(path)
  }
  context.restore()
}

/** Lines lead beyond the ends of the axis; what is beyond is not seen. */
function clip(context: CanvasRenderingContext2D, shape: Element): void {
  const pad = shape.closest('[data-plot]')?.parentElement?.querySelector('.plot-pad')?.getBoundingClientRect()
  if (!pad) return
  context.beginPath()
  context.rect(pad.left, pad.top - 4, pad.width, pad.height + 8)
  context.clip()
}

function pathOf(shape: SVGGeometryElement): Path2D {
  if (shape instanceof SVGPathElement) return new Path2D(shape.getAttribute('d') ?? '')
  const path = new Path2D()
  const value = (name: string): number => Number.parseFloat(shape.getAttribute(name) ?? '0')
  if (shape instanceof SVGLineElement) {
    path.moveTo(value('x1'), value('y1'))
    path.lineTo(value('x2'), value('y2'))
  } else if (shape instanceof SVGRectElement) path.rect(value('x'), value('y'), value('width'), value('height'))
  else path.arc(value('cx'), value('cy'), value('r'), 0, 2 * Math.PI)
  return path
}

function drawBox(context: CanvasRenderingContext2D, box: HTMLElement): void {
  const { left, top, width, height } = box.getBoundingClientRect()
  context.fillStyle = getComputedStyle(box).getPropertyValue('--line')
  context.fillRect(left, top, width, height)
}

function drawTexts(context: CanvasRenderingContext2D, section: HTMLElement): void {
  const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    const text = node.textContent?.trim() ?? ''
    if (text === '' || !parent || parent.closest('title')) continue
    range.selectNodeContents(node)
    const { left, top, height } = range.getBoundingClientRect()
    const style = getComputedStyle(parent)
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    context.fillStyle = parent instanceof SVGElement ? style.fill : style.color
    context.textBaseline = 'middle'
    context.fillText(text, left, top + height / 2)
  }
}
