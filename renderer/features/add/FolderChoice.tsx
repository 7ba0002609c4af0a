import { FolderOpen, FolderSearch } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Button } from '../../parts/index.ts'
import { showError } from '../../store/index.ts'

/** The folder to look in: typed, or in the window chosen with the system's own dialog. */
export function FolderChoice({ onChoose }: { onChoose: (folder: string) => void }) {
  const [folder, setFolder] = useState('')
  const { chooseFolder } = window.hxe ?? {}
  const look = (event: FormEvent): void => {
    event.preventDefault()
    onChoose(folder.trim())
  }
  const choose = (): void => {
    chooseFolder?.().then(
      (path) => {
        if (path === null) return
        setFolder(path)
        onChoose(path)
      },
      (error: unknown) => showError('No folder was chosen', error),
    )
  }
  return (
    <form className="add-row" onSubmit={look}>
      <input
        aria-label="Folder"
        placeholder="/home/me/shop"
        value={folder}
        onChange={({ target }) => setFolder(target.value)}
      />
      <Button type="submit" icon={FolderSearch} disabled={folder.trim() === ''}>
        Look
      </Button>
      {chooseFolder && (
        <Button icon={FolderOpen} onClick={choose}>
          Choose a folder
        </Button>
      )}
    </form>
  )
}
