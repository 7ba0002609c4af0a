/** Has the browser, or the window, save something under a name; in both it asks or takes the folder for downloads. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on the bytes as soon as it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

const two = (number: number): string => String(number).padStart(2, '0')

/** `web-app_2026-11-28_14-03.log`: what is about, when it was saved, and its kind. */
export function fileNameOf(what: string, at: Date, extension: string): string {
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  const safe = what.replace(/[^\w.#@+-]+/g, '_')
  return `${safe}_${day}_${two(at.getHours())}-${two(at.getMinutes())}.${extension}`
}
