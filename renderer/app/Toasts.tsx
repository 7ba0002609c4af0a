import { X } from 'lucide-react'
import { Button, IconButton, Shape } from '../parts/index.ts'
import { dismissToast, type Toast, useToasts } from '../store/index.ts'

/** Kept in the page from the start, so that a screen reader notices what appears in it. */
export function Toasts() {
  const items = useToasts((state) => state.items)
  return (
    <section className="toasts" aria-label="Notifications" aria-live="polite">
      {items.map((item) => (
        <ToastCard key={item.id} toast={item} />
      ))}
    </section>
  )
}

function ToastCard({ toast: { id, tone, title, text, actions } }: { toast: Toast }) {
  return (
    <div className="toast" role={tone === 'failed' ? 'alert' : 'status'}>
      <Shape name={tone === 'failed' ? 'failed' : 'completed'} />
      <div className="grow">
        <div className="medium">{title}</div>
        {text !== '' && <div className="what sm">{text}</div>}
        {actions.length > 0 && (
          <div className="row toast-actions">
            {actions.map(({ label, run }, index) => (
              <Button
                key={label}
                small
                look={index === 0 ? 'outline' : 'quiet'}
                onClick={() => {
                  dismissToast(id)
                  run()
                }}
              >
                {label}
              </Button>
            ))}
          </div>
        )}
      </div>
      <IconButton small icon={X} label="Dismiss" onClick={() => dismissToast(id)} />
    </div>
  )
}
