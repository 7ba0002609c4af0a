/** Sections of `key = value`, as systemd and supervisord write them; what differs between the two is said by options. */
export interface IniEntry {
  key: string
  value: string
  line: number
}
export interface IniSection {
  name: string
  line: number
  entries: IniEntry[]
}

export interface IniRules {
  /** A line that is indented goes on with the value before (Python's way); else one after a backslash does (systemd's). */
  indented: boolean
  /** What begins a comment after a value. */
  comment?: RegExp
}

export function readIni(text: string, rules: IniRules): IniSection[] {
  const sections: IniSection[] = []
  let goesOn: IniEntry | undefined
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const trimmed = raw.trim()
    const isComment = /^[#;]/.test(trimmed)
    if (goesOn !== undefined && !isComment && (rules.indented ? /^\s+\S/.test(raw) : true)) {
      goesOn.value += rules.indented ? `\n${strip(trimmed, rules)}` : ` ${trimmed.replace(/\\$/, '').trim()}`
      if (!rules.indented && !trimmed.endsWith('\\')) goesOn = undefined
      continue
    }
    if (trimmed === '' || isComment) {
      if (trimmed === '' && !rules.indented) goesOn = undefined
      continue
    }
    const [, name] = /^\[(.+)\]$/.exec(trimmed) ?? []
    if (name !== undefined) {
      sections.push({ name, line: index + 1, entries: [] })
      goesOn = undefined
      continue
    }
    const [, key = '', value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/s.exec(trimmed) ?? []
    const section = sections.at(-1)
    if (key === '' || section === undefined) continue
    const isOpen = !rules.indented && value.endsWith('\\')
    const entry = { key, value: isOpen ? value.slice(0, -1).trim() : strip(value, rules), line: index + 1 }
    section.entries.push(entry)
    goesOn = rules.indented || isOpen ? entry : undefined
  }
  return sections
}

function strip(value: string, { comment }: IniRules): string {
  const at = comment === undefined ? -1 : value.search(comment)
  return at === -1 ? value : value.slice(0, at).trim()
}
