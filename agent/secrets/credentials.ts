import type { Vault } from './vault.ts'

/** The keychain of the operating system, where there is one to be asked: that of a window, not of an agent without. */
export interface Keychain {
  /** Whether it keeps texts so that they cannot be read off the disk; `name` is what people know it by. */
  look(): { usable: boolean; name: string }
  seal(text: string): string
  /** @throws where it cannot be opened */
  open(sealed: string): string
}

/** Where what comes is kept. */
export interface Keeper {
  kind: 'keychain' | 'vault' | 'none'
  /** A sentence for who gives a secret away. */
  text: string
}

/** What it is kept in, on disk. */
export interface CredentialShelf {
  kept(kind: 'credential'): readonly string[]
  keep(kind: 'credential', key: string, value: string | null): Promise<void>
}

interface Kept {
  name: string
  by: 'keychain' | 'vault'
  sealed: string
}

const aboutOf = (name: string) => ['credential', name] as const

/** What `credential:NAME` stands for: sealed by the keychain, or where there is none by the agent's own key. */
export class Credentials {
  readonly #shelf: CredentialShelf
  readonly #vault: Vault
  readonly #keychain: Keychain | undefined
  readonly #kept = new Map<string, Kept>()
  readonly #opened = new Map<string, string>()

  constructor({ shelf, vault, keychain }: { shelf: CredentialShelf; vault: Vault; keychain: Keychain | undefined }) {
    this.#shelf = shelf
    this.#vault = vault
    this.#keychain = keychain
    for (const text of shelf.kept('credential')) {
      const kept = JSON.parse(text) as Kept
      this.#kept.set(kept.name, kept)
    }
  }

  /** Undefined where there is none, or it cannot be opened here. */
  get(name: string): string | undefined {
    const known = this.#opened.get(name)
    const kept = this.#kept.get(name)
    if (known !== undefined || !kept) return known
    try {
      const text =
        kept.by === 'vault' ? this.#vault.open(kept.sealed, aboutOf(name)) : this.#keychain?.open(kept.sealed)
      if (text !== undefined) this.#opened.set(name, text)
      return text
    } catch {
      // By another key, or by a keychain that is locked: `whyNot` says so.
      return undefined
    }
  }

  /** Why a credential that is kept cannot be had; undefined for one that is not kept at all. */
  whyNot(name: string): string | undefined {
    const kept = this.#kept.get(name)
    if (!kept || this.get(name) !== undefined) return undefined
    return kept.by === 'keychain'
      ? `The credential "${name}" is in the keychain of this computer, which only the window can open: open HXE.`
      : `The credential "${name}" cannot be opened: ${this.#vault.problem ?? 'it was sealed with another key'}. Give it once more.`
  }

  /** What is open now: nothing of the agent's own log may hold one. */
  values(): string[] {
    return [...this.#opened.values()]
  }

  keeper(): Keeper {
    const keychain = this.#keychain?.look()
    if (keychain?.usable)
      return {
        kind: 'keychain',
        text: `Secrets are kept in ${keychain.name}. An agent that goes on without the window cannot open it, and leaves the fleet until HXE is open again.`,
      }
    if (this.#vault.problem !== undefined)
      return { kind: 'none', text: `Secrets cannot be kept: ${this.#vault.problem}` }
    const why = keychain
      ? 'There is no keychain here that would protect secrets'
      : 'This agent runs without a window, and so without a keychain for secrets'
    return {
      kind: 'vault',
      text: `${why}, so they are kept encrypted beside the agent's data. The key is a file that only this user can read: whoever can read this user's files can read them, too.`,
    }
  }

  /** Resolves when it is on disk. @throws where there is nothing to keep it with */
  async set(name: string, text: string): Promise<void> {
    const by = this.#keychain?.look().usable ? 'keychain' : 'vault'
    const sealed =
      by === 'keychain' && this.#keychain ? this.#keychain.seal(text) : this.#vault.seal(text, aboutOf(name))
    const kept: Kept = { name, by, sealed }
    await this.#shelf.keep('credential', name, JSON.stringify(kept))
    this.#kept.set(name, kept)
    this.#opened.set(name, text)
  }

  async remove(name: string): Promise<void> {
    if (!this.#kept.has(name)) return
    await this.#shelf.keep('credential', name, null)
    this.#kept.delete(name)
    this.#opened.delete(name)
  }
}
