import { Clock } from 'lucide-react'
import { Popover } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { Button, Icon } from '../../parts/index.ts'
import { readTime } from './times.ts'

/** Goes to a time, as a person writes it. */
export function JumpToTime({ onTime }: { onTime: (atMs: number) => void }) {
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [isWrong, setWrong] = useState(false)
  const go = (event: FormEvent): void => {
    event.preventDefault()
    const atMs = readTime(text, Date.now())
    setWrong(atMs === undefined)
    if (atMs === undefined) return
    setOpen(false)
    onTime(atMs)
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className="btn">
        <Icon of={Clock} size={14} />
        Jump to time
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu popover" align="end" sideOffset={4} aria-label="Jump to time">
          <form className="stack" onSubmit={go}>
            <span className="row">
              <span className={isWrong ? 'input grow is-wrong' : 'input grow'}>
                <input
                  type="text"
                  aria-label="Time"
                  aria-invalid={isWrong}
                  aria-describedby="time-help"
                  placeholder="14:03"
                  autoComplete="off"
                  value={text}
                  onChange={(event) => {
                    setText(event.target.value)
                    setWrong(false)
                  }}
                />
              </span>
              <Button type="submit" look="primary">
                Go
              </Button>
            </span>
            <p id="time-help" className={isWrong ? 'sm wrong' : 'sm faint'} role={isWrong ? 'alert' : undefined}>
              {isWrong && 'That is not a time. '}Write 10m ago, 14:03, yesterday 14:03 or 2026-11-24 08:00.
            </p>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
