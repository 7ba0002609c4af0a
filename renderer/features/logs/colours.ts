/** The series that is for all others. */
const others = 8

/** Gives each service the next colour of the series and keeps it for as long as the view lives. */
export class SourceColours {
  readonly #numbers = new Map<string, number>()

  of(service: string): string {
    return `var(--series-${this.numberOf(service)})`
  }

  numberOf(service: string): number {
    const known = this.#numbers.get(service)
    const number = known ?? Math.min(others, this.#numbers.size + 1)
    if (known === undefined) this.#numbers.set(service, number)
    return number
  }
}
