import { app } from 'electron'
import { linkIn } from './links.ts'

/** What asks for the panel: a second start of it, or a link that the desktop hands over. What comes early waits. */
export class Arrivals {
  #waiting: (string | undefined)[] = []
  #open: ((link: string | undefined) => void) | undefined

  begin(): void {
    app.on('second-instance', (_event, argv) => this.#arrive(linkIn(argv)))
    app.on('open-url', (event, url) => {
      event.preventDefault()
      this.#arrive(url)
    })
  }

  /** Opens what has come, and what comes from now on. */
  follow(open: (link: string | undefined) => void): void {
    this.#open = open
    for (const link of this.#waiting.splice(0)) open(link)
  }

  #arrive(link: string | undefined): void {
    if (this.#open) this.#open(link)
    else this.#waiting.push(link)
  }
}
