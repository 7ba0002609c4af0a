import { type ReactNode, type SyntheticEvent, useEffect, useRef } from 'react'
import { correlationOf, messageOf } from '../../contract/index.ts'
import { Button } from './Button.tsx'
import { CopyDetails } from './CopyDetails.tsx'
import { withLocalTimes } from './figures.tsx'

interface DialogProps {
  /** Its name for those who do not see it. */
  label: string
  className?: string
  onClose: () => void
  children: ReactNode
}

/**
 * A dialog over the page, in the browser's own: it keeps the keyboard inside, gives it back when it closes, and closes
 * on Escape or a click beside it. It is open as long as it is there.
 */
export function Dialog({ label, className = '', onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    if (!element) return
    const before = document.activeElement
    if (!element.open) element.showModal()
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => {
      element.close()
      // What had the keyboard may have been drawn anew meanwhile; then the page has it.
      if (before instanceof HTMLElement && before.isConnected) before.focus()
      else document.querySelector<HTMLElement>('main')?.focus()
    }
  }, [])
  const cancel = (event: SyntheticEvent): void => {
    event.preventDefault()
    onClose()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the key for it is Escape, which the browser sends as a cancel
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-label={label}
      onCancel={cancel}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      {children}
    </dialog>
  )
}

/** What did not go well, in words or as it was thrown, read out when it comes; nothing for null. */
export function Problem({ why }: { why: unknown }) {
  if (why === null) return null
  const text = messageOf(why)
  return (
    <div className="row">
      <p className="grow sm failed-text" role="alert">
        {withLocalTimes(text)}
      </p>
      <CopyDetails text={text} operation={correlationOf(why)} />
    </div>
  )
}

/** The buttons at the end of a dialog: the way out first. */
export function DialogFoot({ onCancel, children }: { onCancel: () => void; children: ReactNode }) {
  return (
    <div className="dialog-foot">
      <Button look="quiet" onClick={onCancel}>
        Cancel
      </Button>
      {children}
    </div>
  )
}
