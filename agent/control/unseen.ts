/** Hands whoever follows what has changed since they last asked, so that nobody goes over what is as it was. */
export class Unseen {
  readonly #followers = new Set<Set<string>>()

  changed(name: string): void {
    for (const unseen of this.#followers) unseen.add(name)
  }

  /** Returns what takes the names. Of what was there before it tells nothing. */
  follow(): () => ReadonlySet<string> {
    const unseen = new Set<string>()
    this.#followers.add(unseen)
    return () => {
      const taken = new Set(unseen)
      unseen.clear()
      return taken
    }
  }
}
