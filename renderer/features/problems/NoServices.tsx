import { RotateCw } from 'lucide-react'
import { reloadConfig } from '../../actions/index.ts'
import { Button, Toolbar } from '../../parts/index.ts'
import { usePanel } from '../../store/index.ts'
import { Problems } from './Problems.tsx'

const example = `service "web-app" {
  command     = "npm run dev"
  working_dir = "~/code/web-app"
}`

/** Where there is nothing to show yet: what to do, and in which file. */
export function NoServices({ title }: { title: string }) {
  const config = usePanel(({ model }) => model.config)
  const isInvalid = config?.status === 'invalid'
  const file = config?.files.find((path) => /services?\.hcl$/.test(path)) ?? config?.files[0]
  return (
    <>
      <Toolbar title={title} />
      <div className="page">
        {isInvalid ? (
          <div className="lone wide">
            <p className="lead">The configuration has errors, so nothing was started</p>
            <p className="dim">Mend them and save: HXE reads the files again by itself.</p>
            <Problems />
          </div>
        ) : (
          <div className="lone">
            <p className="lead">Nothing runs under HXE yet</p>
            <p className="dim">
              Describe what you start by hand. HXE keeps it running, measures it and tells you when it breaks. Nothing
              is changed in your projects.
            </p>
            <p>
              Write this into <span className="mono strong">{file ?? 'services.hcl in the configuration folder'}</span>{' '}
              and save:
            </p>
            <code className="code-block">{example}</code>
            <p className="dim">The service appears here as soon as the file is saved.</p>
            <Button icon={RotateCw} onClick={reloadConfig}>
              Read the files again
            </Button>
          </div>
        )}
      </div>
    </>
  )
}
