import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Icon } from '../../parts/index.ts'
import { useEdits } from '../../store/index.ts'
import { closeFile, putBack, takeAway } from './open.ts'

/** What is done with the file that is shown now and then. */
export function FileMenu({ name, onRename }: { name: string; onRename: (name: string) => void }) {
  const edit = useEdits(({ files }) => files[name])
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="btn icon quiet sm" aria-label={`More actions for ${name}`} title="More actions">
        <Icon of={Ellipsis} size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4} loop>
          <DropdownMenu.Item className="menu-item" onSelect={() => onRename(name)}>
            Rename the file…
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => void takeAway(name)}>
            Take the file away…
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" disabled={!edit} onSelect={() => putBack(name)}>
            Discard what is edited in it
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Item className="menu-item" onSelect={() => closeFile(name)}>
            Close its tab
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
