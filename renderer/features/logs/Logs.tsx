import { Plus, X } from 'lucide-react'
import { type CSSProperties, useMemo, useState } from 'react'
import { type LogLevel, logLevels } from '../../../contract/index.ts'
import { Icon, Toolbar } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { useServices } from '../../store/index.ts'
import { SourceColours } from './colours.ts'
import { CopyLines, LogSearch } from './LogSearch.tsx'
import { LevelChoice, LogBody, usePattern } from './LogView.tsx'
import { useLogTail } from './useLogTail.ts'

/** The lines of many services together; of all, unless one chooses. */
export function Logs() {
  const [chosen, setChosen] = useParameter('service')
  const [text, setText] = useParameter('search')
  const [levelText, setLevel] = useParameter('level')
  const services = useMemo(() => (chosen === '' ? [] : chosen.split(',')), [chosen])
  const level: LogLevel | '' = logLevels.find((known) => known === levelText) ?? ''
  const [caseText, setCase] = useParameter('case')
  const matchCase = caseText === 'match'
  const pattern = usePattern(text, matchCase)
  const [colours] = useState(() => new SourceColours())
  const tail = useLogTail({ services, level, pattern })
  return (
    <>
      <Toolbar title="Logs">
        <LogSearch
          text={text}
          onText={setText}
          matchCase={matchCase}
          onMatchCase={(is) => setCase(is ? 'match' : '')}
          tail={tail}
        />
        <LevelChoice level={level} onLevel={setLevel} />
        <CopyLines tail={tail} />
      </Toolbar>
      <Sources chosen={services} colours={colours} onChosen={(names) => setChosen(names.join(','))} />
      <LogBody
        key={chosen}
        tail={tail}
        colours={colours}
        pattern={pattern}
        withSource
        what="No line has been written yet. Lines appear here as services write them."
      />
    </>
  )
}

interface SourcesProps {
  chosen: readonly string[]
  colours: SourceColours
  onChosen: (names: readonly string[]) => void
}

function Sources({ chosen, colours, onChosen }: SourcesProps) {
  const services = useServices()
  return (
    <div className="sources">
      <span className="faint sm">Sources</span>
      {chosen.length === 0 && (
        <span className="sm dim">{services.size === 1 ? 'the one service' : `all ${services.size} services`}</span>
      )}
      {chosen.map((name) => (
        <span className="src-chip" key={name}>
          <i style={{ '--src': colours.of(name) } as CSSProperties} />
          {name}
          <button
            type="button"
            aria-label={`Remove ${name}`}
            onClick={() => onChosen(chosen.filter((other) => other !== name))}
          >
            <Icon of={X} size={12} />
          </button>
        </span>
      ))}
      <AddSource chosen={chosen} onAdd={(name) => onChosen([...chosen, name])} />
    </div>
  )
}

function AddSource({ chosen, onAdd }: { chosen: readonly string[]; onAdd: (name: string) => void }) {
  const services = useServices()
  const [typed, setTyped] = useState('')
  const take = (value: string): void => {
    setTyped(value)
    if (!services.has(value) || chosen.includes(value)) return
    onAdd(value)
    setTyped('')
  }
  return (
    <label className="add-source">
      <Icon of={Plus} size={12} />
      <input
        list="log-sources"
        aria-label="Add a service"
        placeholder={chosen.length === 0 ? 'Choose' : 'Add'}
        value={typed}
        onChange={(event) => take(event.target.value)}
      />
      <datalist id="log-sources">
        {[...services.keys()]
          .filter((name) => !chosen.includes(name))
          .map((name) => (
            <option key={name} value={name} />
          ))}
      </datalist>
    </label>
  )
}
