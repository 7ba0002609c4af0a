import { LogBody } from './LogBody.tsx'
import { LogControls } from './LogControls.tsx'
import { useLogView } from './useLogView.ts'

interface LogViewProps {
  /** The lines of one service; its name is then not repeated in every row. */
  service: string
}

/** The lines of one service, as a tab of its page. */
export function LogView({ service }: LogViewProps) {
  const view = useLogView([service])
  return (
    <>
      <div className="log-bar">
        <LogControls view={view} />
      </div>
      <LogBody view={view} withSource={false} what={`${service} has written nothing yet.`} />
    </>
  )
}
