import { Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useEffect, useRef, useState } from 'react'
import { download, isAborted } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Button, Icon } from '../../parts/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { collectLines, type FileFormat, fileName } from './export.ts'
import { filterOf, type LogQuestion } from './question.ts'

const types: Readonly<Record<FileFormat, string>> = { text: 'text/plain', jsonl: 'application/x-ndjson' }

/** Saves all lines that are asked for, not only those that are seen. */
export function SaveMenu({ question }: { question: LogQuestion }) {
  const [progress, setProgress] = useState<number | null>(null)
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const save = async (format: FileFormat): Promise<void> => {
    const stop = new AbortController()
    running.current = stop
    setProgress(0)
    try {
      const ask = (where: { cursor?: string; limit: number }) =>
        client.logs.query({ ...filterOf(question), ...where }, { signal: stop.signal })
      const { parts, lines, isCut } = await collectLines(format, ask, setProgress, stop.signal)
      const name = fileName(question.services, new Date(), format)
      download(name, new Blob(parts, { type: types[format] }))
      showDone(`Saved ${name}`, `${isCut ? 'the newest ' : ''}${lines.toLocaleString()} lines`)
    } catch (error) {
      if (!stop.signal.aborted && !isAborted(error)) showError('The lines could not be saved', error)
    } finally {
      if (!stop.signal.aborted || running.current === stop) setProgress(null)
    }
  }
  if (progress !== null)
    return (
      <Button onClick={() => running.current?.abort()} aria-label="Cancel saving">
        {progress.toLocaleString()} lines · Cancel
      </Button>
    )
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn icon quiet" aria-label="Save" title="Save">
        <Icon of={Download} size={16} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} loop>
          <DropdownMenu.Item className="menu-item" onSelect={() => void save('text')}>
            Save as text
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => void save('jsonl')}>
            Save as JSON lines
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
