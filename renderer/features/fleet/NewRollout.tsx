import { type FormEvent, useState } from 'react'
import type { NewRollout as Request, RolloutVerb } from '../../../contract/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Button, Choice, Dialog, DialogFoot, Problem, Select } from '../../parts/index.ts'
import { navigate, withQuery } from '../../router/index.ts'
import { useFleet } from '../../store/index.ts'
import { durationOf, labelsOf } from './rollouts.ts'
import { TextBox, TextLine } from './TextLine.tsx'

type By = 'names' | 'tags' | 'groups' | 'apps'
const kinds = [
  ['names', 'Services'],
  ['tags', 'Tags'],
  ['groups', 'Groups'],
  ['apps', 'Apps'],
] as const
const verbs = [
  ['restart', 'Restart'],
  ['start', 'Start'],
  ['stop', 'Stop'],
] as const
const gates = [
  ['healthy', 'healthy'],
  ['running', 'running'],
] as const

/** What is done to which services of which hosts, how many at a time, and what has to be so before the next. */
export function NewRollout({ onClose }: { onClose: () => void }) {
  const hosts = useFleet((fleet) => fleet.hosts)
  const [verb, setVerb] = useState<RolloutVerb>('restart')
  const [by, setBy] = useState<By>('names')
  const [what, setWhat] = useState('')
  const [labels, setLabels] = useState('')
  const [canary, setCanary] = useState('')
  const [batchSize, setBatchSize] = useState('1')
  const [pause, setPause] = useState('0s')
  const [gate, setGate] = useState<Request['gate']>('healthy')
  const [problem, setProblem] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const words = what.split(/[\s,]+/).filter(Boolean)
    const chosen = labelsOf(labels)
    const pauseMs = durationOf(pause)
    if (words.length === 0) return setProblem('Say which services: their names, with commas between them.')
    if (chosen === undefined) return setProblem('Labels are written as zone=eu, with commas between them.')
    if (pauseMs === undefined) return setProblem(`"${pause}" is no length of time, such as 30s or 5m.`)
    setBusy(true)
    try {
      await homeClient.fleet.rollouts.create({
        verb,
        services: { [by]: words },
        hosts: Object.keys(chosen).length === 0 ? { all: true } : { labels: chosen },
        batchSize: Math.max(1, Math.round(Number(batchSize)) || 1),
        pauseMs,
        gate,
        ...(canary === '' ? {} : { canary }),
      })
      onClose()
      navigate(withQuery('/fleet', { tab: 'rollouts' }))
    } catch (error) {
      setProblem(error)
      setBusy(false)
    }
  }
  return (
    <Dialog label="Roll out" className="wide roomy" onClose={onClose}>
      <form className="dialog-form" onSubmit={(event) => void submit(event)}>
        <div className="dialog-body">
          <h2 className="dialog-title">Roll out over hosts</h2>
          <div className="field-line">
            <span>Do</span>
            <Choice name="What is done" value={verb} options={verbs} onChange={setVerb} />
          </div>
          <div className="field-line">
            <span>
              <Select label="Chosen by" value={by} options={kinds} onChange={(id) => setBy(id as By)} />
            </span>
            <TextBox label="Which" value={what} placeholder="web, worker" isFirst onChange={setWhat} />
          </div>
          <TextLine label="Labels of hosts" value={labels} placeholder="all hosts; or zone=eu" onChange={setLabels} />
          <div className="field-line">
            <span>First</span>
            <Select
              label="Canary"
              value={canary}
              options={[['', 'No canary'] as const, ...hosts.map(({ name }) => [name, `${name} alone`] as const)]}
              onChange={setCanary}
            />
          </div>
          <TextLine label="Hosts at a time" value={batchSize} placeholder="1" onChange={setBatchSize} />
          <TextLine label="Pause between" value={pause} placeholder="30s" onChange={setPause} />
          {verb !== 'stop' && (
            <div className="field-line">
              <span>Go on when</span>
              <Choice name="Go on when" value={gate} options={gates} onChange={setGate} />
            </div>
          )}
          <p className="dim sm">
            The first host that does not become so ends it; hosts that have not begun stay as they are.
          </p>
          <Problem why={problem} />
        </div>
        <DialogFoot onCancel={onClose}>
          <Button look="primary" type="submit" disabled={isBusy}>
            Begin
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
