import type { Service } from '../../../contract/index.ts'
import { dependentsOf, manyActions } from '../../actions/index.ts'
import { Button } from '../../parts/index.ts'
import { useServices } from '../../store/index.ts'

/** What can be done with all that are chosen. It takes its room from the table, so that rows stay where they are. */
export function SelectionBar({ names, onClear }: { names: ReadonlySet<string>; onClear: () => void }) {
  const services = useServices()
  const chosen = [...names].flatMap((name) => services.get(name) ?? [])
  const dependents = dependentsOf(services, chosen).length
  return (
    <section className="selection-bar" data-dock aria-label="Selected services">
      <span className="medium" role="status">
        {chosen.length} selected
      </span>
      <span className="divider" />
      {manyActions.map((action) => {
        const able = chosen.filter(action.when)
        return (
          <Button
            key={action.id}
            look="quiet"
            icon={action.icon}
            disabled={able.length === 0}
            aria-label={`${action.label} ${countOf(able)}`}
            onClick={() => action.run(...able)}
          >
            {action.label}
          </Button>
        )
      })}
      <span className="push" />
      {dependents > 0 && (
        <span className="faint sm wide-only">
          {dependents} {dependents === 1 ? 'service depends' : 'services depend'} on{' '}
          {chosen.length === 1 ? 'it' : 'these'}
        </span>
      )}
      <Button look="quiet" onClick={onClear}>
        Clear
      </Button>
      <span className="kbd" aria-hidden="true">
        Esc
      </span>
    </section>
  )
}

const countOf = ({ length }: readonly Service[]): string => `${length} selected`
