import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Ago, Button, CopyDetails, IconButton, Shape, withLocalTimes } from '../parts/index.ts'
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

function ToastCard({ toast: { id, tone, title, text, operation, at, actions, forMs } }: { toast: Toast }) {
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    // As long as the pointer or the keyboard is in it, it is being read.
    if (forMs === null || isHeld) return
    const timer = setTimeout(() => dismissToast(id), forMs)
    return () => clearTimeout(timer)
  }, [id, forMs, isHeld])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it, and needs no role
    <div
      className="toast"
      {...(tone === 'failed' ? { role: 'alert' } : {})}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Shape name={tone === 'failed' ? 'failed' : 'completed'} />
      <div className="grow">
        <div className="row">
          <span className="medium toast-title">{title}</span>
          {tone === 'failed' && <Ago iso={new Date(at).toISOString()} className="push faint sm" />}
        </div>
        {text !== '' && <div className="what sm">{withLocalTimes(text)}</div>}
        {tone === 'failed' && (actions.length > 0 || operation !== undefined) && (
          <div className="row toast-actions">
            <Actions id={id} actions={actions} />
            <CopyDetails text={`${title}\n${text}`} operation={operation} />
          </div>
        )}
      </div>
      {tone === 'done' && <Actions id={id} actions={actions} />}
      <IconButton small icon={X} label="Dismiss" onClick={() => dismissToast(id)} />
    </div>
  )
}

function Actions({ id, actions }: Pick<Toast, 'id' | 'actions'>) {
  return actions.map(({ label, run }, index) => (
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
  ))
}
