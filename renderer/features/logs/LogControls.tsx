import { Copy, Eraser, WrapText } from 'lucide-react'
import type { LogLevel } from '../../../contract/index.ts'
import { IconButton } from '../../parts/index.ts'
import { JumpToTime } from './JumpToTime.tsx'
import { LogSearch } from './LogSearch.tsx'
import { SaveMenu } from './SaveMenu.tsx'
import type { View } from './useLogView.ts'

/** Each shows its own level and what is worse. */
const levels: readonly (readonly [LogLevel | '', string])[] = [
  ['', 'All'],
  ['info', 'Info'],
  ['warn', 'Warn'],
  ['error', 'Error'],
]

/** What stands in the bar over the lines. */
export function LogControls({ view }: { view: View }) {
  const { log, isWrapped } = view
  return (
    <>
      <LogSearch search={view.search} onSearch={view.setSearch} hits={view.hits} hit={view.hit} onGo={view.goToHit} />
      <fieldset className="seg" aria-label="Level">
        {levels.map(([value, word]) => (
          <button
            key={value}
            type="button"
            aria-pressed={view.level === value}
            title={value === '' ? 'Every level' : `${word} and worse`}
            onClick={() => view.setLevel(value)}
          >
            {word}
          </button>
        ))}
      </fieldset>
      <JumpToTime onTime={(atMs) => void log.toTime(atMs)} />
      <span className="row log-tools">
        <IconButton
          icon={WrapText}
          label="Wrap lines"
          aria-pressed={isWrapped}
          onClick={() => view.setWrapped(!isWrapped)}
        />
        <IconButton icon={Copy} label="Copy" onClick={() => void view.copy()} />
        <SaveMenu question={view.question} />
        <IconButton icon={Eraser} label="Clear the view" onClick={log.clear} />
      </span>
    </>
  )
}
