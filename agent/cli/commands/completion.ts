import type { CommonOptions, Context } from '../context.ts'
import { exitCodes, usageError } from '../exit.ts'

/** Each asks `hxe __complete` for what may come next, so that names are those of now. A tab separates a word from what it means. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_hxe() {
  local IFS=$'\\n' line
  COMPREPLY=()
  while read -r line; do COMPREPLY+=("\${line%%$'\\t'*}"); done < <(hxe __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _hxe hxe
`,
  zsh: `#compdef hxe
_hxe() {
  local -a found
  local line
  while IFS= read -r line; do
    line=\${line//:/\\\\:}
    found+=("\${line/$'\\t'/:}")
  done < <(hxe __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe hxe found; else _files; fi
}
if [ "\${funcstack[1]}" = _hxe ]; then _hxe "$@"; else compdef _hxe hxe; fi
`,
  fish: `complete -c hxe -f -a '(hxe __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
}

export async function run({ terminal }: Context, [shell = '']: string[], options: CommonOptions): Promise<number> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
  if (script === undefined) throw usageError(`There is no completion for "${shell}".`, 'It is bash, zsh or fish.')
  if (options.json) terminal.json({ shell, script })
  else terminal.write(script)
  return exitCodes.done
}
