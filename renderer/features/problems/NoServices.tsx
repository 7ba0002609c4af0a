import { RotateCw } from 'lucide-react'
import { reloadConfig } from '../../actions/index.ts'
import { Button, Toolbar } from '../../parts/index.ts'
import { usePanel } from '../../store/index.ts'
import { FirstRun } from '../add/index.ts'
import { Problems } from './Problems.tsx'

function ReadAgain() {
  return (
    <Button icon={RotateCw} onClick={reloadConfig}>
      Read the files again
    </Button>
  )
}

/** Where there is nothing to show yet: what to do, and in which file. */
export function NoServices({ title }: { title: string }) {
  const config = usePanel(({ model }) => model.config)
  const isInvalid = config?.status === 'invalid'
  const file = config?.files.find((path) => /services?\.hcl$/.test(path)) ?? config?.files[0]
  return (
    <>
      <Toolbar title={title} />
      {isInvalid ? (
        <div className="page">
          <div className="lone wide">
            <p className="lead">The configuration has errors, so nothing was started</p>
            <p className="dim">Mend them, save, and have them read again.</p>
            <Problems />
            <ReadAgain />
          </div>
        </div>
      ) : (
        <FirstRun file={file ?? 'services.hcl in the configuration folder'} />
      )}
    </>
  )
}
