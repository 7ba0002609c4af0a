import { SilentHosts, Toolbar } from '../../parts/index.ts'
import { useParameter } from '../../router/index.ts'
import { LogBody } from './LogBody.tsx'
import { LogControls } from './LogControls.tsx'
import { Sources } from './Sources.tsx'
import { useLogView } from './useLogView.ts'

/** The lines of many services together; of all, unless one chooses. */
export function Logs() {
  const [text, setText] = useParameter('service')
  const chosen = text === '' ? [] : text.split(',')
  const view = useLogView(chosen)
  return (
    <>
      <Toolbar title="Logs">
        <LogControls view={view} />
      </Toolbar>
      <SilentHosts />
      <LogBody
        view={view}
        withSource
        sources={<Sources chosen={chosen} colours={view.colours} onChosen={(names) => setText(names.join(','))} />}
        what="No line has been written yet. Lines appear here as services write them."
      />
    </>
  )
}
