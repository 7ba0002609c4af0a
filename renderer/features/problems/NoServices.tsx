import { RotateCw } from 'lucide-react'
import { addService, reloadConfig } from '../../actions/index.ts'
import { Button, Toolbar } from '../../parts/index.ts'
import { usePanel } from '../../store/index.ts'
import { Problems } from './Problems.tsx'

const example = `service "web-app" {
  command     = "npm run dev"
  working_dir = "~/code/web-app"
}`

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
      <div className="page">
        {isInvalid ? (
          <div className="lone wide">
            <p className="lead">The configuration has errors, so nothing was started</p>
            <p className="dim">Mend them, save, and have them read again.</p>
            <Problems />
            <ReadAgain />
          </div>
        ) : (
          <div className="lone">
            <p className="lead">Nothing runs under HXE yet</p>
            <p className="dim">
              Describe what you start by hand. HXE keeps it running, measures it and tells you when it breaks. Nothing
              is changed in your projects.
            </p>
            <p>
              <Button look="primary" icon={addService.icon} onClick={addService.run}>
                Add or import services
              </Button>
            </p>
            <p>
              Or write this into{' '}
              <span className="mono strong">{file ?? 'services.hcl in the configuration folder'}</span> and save:
            </p>
            <code className="code-block">{example}</code>
            <ReadAgain />
          </div>
        )}
      </div>
    </>
  )
}
