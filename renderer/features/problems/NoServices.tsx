import { Toolbar } from '../../parts/index.ts'
import { usePanel } from '../../store/index.ts'
import { FirstRun } from '../add/index.ts'
import { Problems } from './Problems.tsx'

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
            <p className="dim">Mend them and save: the files are read again by themselves.</p>
            <Problems />
          </div>
        </div>
      ) : (
        <FirstRun file={file ?? 'services.hcl in the configuration folder'} />
      )}
    </>
  )
}
