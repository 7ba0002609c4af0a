import { Button, Dialog, Shape, shapeOf } from '../parts/index.ts'
import { useQuestion, useServices } from '../store/index.ts'

/** The question that waits for a person, with the services that its answer hits. */
export function QuestionDialog() {
  const asked = useQuestion((state) => state.asked)
  if (!asked) return null
  const { title, text, hit = [], choices, answer } = asked
  return (
    <Dialog key={title} label={title} className="question" onClose={() => answer(null)}>
      <div className="dialog-body">
        <h2 className="dialog-title">{title}</h2>
        <p className="dim">{text}</p>
        {hit.length > 0 && (
          <ul className="card list hit">
            {hit.map(({ name, note }) => (
              <Hit key={name} name={name} note={note} />
            ))}
          </ul>
        )}
      </div>
      <div className="dialog-foot">
        <Button look="quiet" onClick={() => answer(null)}>
          Cancel
        </Button>
        {choices.map(({ id, label, look = 'outline' }, index) => (
          <Button
            key={id}
            look={look}
            data-autofocus={index === choices.length - 1 ? '' : undefined}
            onClick={() => answer(id)}
          >
            {label}
          </Button>
        ))}
      </div>
    </Dialog>
  )
}

function Hit({ name, note }: { name: string; note: string }) {
  const service = useServices().get(name)
  return (
    <li>
      {service && <Shape name={shapeOf(service)} />}
      <span className="medium cut">{name}</span>
      <span className="push faint cut" title={note}>
        {note}
      </span>
    </li>
  )
}
