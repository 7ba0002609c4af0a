import { Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { download, fileNameOf } from '../../actions/index.ts'
import { Icon } from '../../parts/index.ts'
import { showDone, showError } from '../../store/index.ts'
import { csvOf } from './csv.ts'
import { pictureOf } from './picture.ts'
import type { PlotSpec } from './plot.ts'
import type { Span } from './time.ts'

interface ExportMenuProps {
  /** What the plots are about; the name of the file begins with it. */
  label: string
  plots: readonly PlotSpec[]
  span: Span
  /** What a picture is made of. */
  section: { readonly current: HTMLElement | null }
}

/** Saves what the plots show: as numbers, or as they look. */
export function ExportMenu({ label, plots, span, section }: ExportMenuProps) {
  const save = async (extension: 'csv' | 'png', make: () => Promise<Blob>): Promise<void> => {
    try {
      const name = fileNameOf(label, new Date(), extension)
      download(name, await make())
      showDone(`Saved ${name}`)
    } catch (error) {
      showError('The charts could not be saved', error)
    }
  }
  const csv = async (): Promise<Blob> => new Blob([csvOf(plots, span)], { type: 'text/csv' })
  const png = async (): Promise<Blob> => {
    if (!section.current) throw new Error('There is no chart on this page')
    return pictureOf(section.current)
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn icon quiet sm plots-save" aria-label="Save charts" title="Save charts">
        <Icon of={Download} size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4} loop>
          <DropdownMenu.Item className="menu-item" onSelect={() => void save('csv', csv)}>
            Save as CSV
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => void save('png', png)}>
            Save as PNG
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
