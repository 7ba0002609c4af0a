import { Copy } from 'lucide-react'
import { modeMeanings } from '../../../contract/index.ts'
import { Ago, Button, copyText } from '../../parts/index.ts'
import { showDone, showError, usePanel } from '../../store/index.ts'
import { diagnosticsOf } from './diagnostics.ts'
import { Section, Setting } from './Section.tsx'

export function About() {
  const agent = usePanel(({ model }) => model.agent)
  if (!agent) return null
  return (
    <Section title="About">
      <Setting name="Version">
        <span className="dim">{agent.version}</span>
      </Setting>
      <Setting name="Agent" text={`On ${agent.name}, process ${agent.pid}`}>
        <span className="dim">
          started <Ago iso={agent.startedAt} />
        </span>
      </Setting>
      <Setting name="Mode" text={modeMeanings[agent.mode]}>
        <span className="dim">{agent.mode}</span>
      </Setting>
      <Setting name="Address">
        <span className="mono dim cut">{agent.url}</span>
      </Setting>
      <Setting name="Data directory" text="Logs of services, their history, and the agent's own log, agent.log.">
        <span className="mono dim cut" title={agent.dataDir}>
          {agent.dataDir}
        </span>
      </Setting>
      <ConfigFiles />
      <Setting
        name="Diagnostics"
        text="Versions, state and problems as text for a report; no values of your configuration."
      >
        <Button icon={Copy} onClick={() => void copyDiagnostics()}>
          Copy diagnostics
        </Button>
      </Setting>
    </Section>
  )
}

function ConfigFiles() {
  const files = usePanel(({ model }) => model.config?.files)
  if (!files || files.length === 0) return null
  return (
    <Setting name="Configuration">
      <span className="mono dim stack config-files">
        {files.map((file) => (
          <span className="cut" key={file} title={file}>
            {file}
          </span>
        ))}
      </span>
    </Setting>
  )
}

async function copyDiagnostics(): Promise<void> {
  const text = diagnosticsOf(usePanel.getState(), navigator.userAgent)
  if (await copyText(text)) showDone('Copied', 'Paste it into your report.')
  else showError('Could not copy', 'The clipboard was refused. `hxe status` in a terminal says the same.')
}
