import { Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { type Alert, type Matcher, splitAddress } from '../../../contract/index.ts'
import { client } from '../../connection/index.ts'
import { Button, Dialog, DialogFoot, IconButton, Problem, Select } from '../../parts/index.ts'
import { isEveryHost, showDone } from '../../store/index.ts'
import { silenceLengths } from './words.ts'

const ops = [
  ['=', 'is'],
  ['!=', 'is not'],
  ['=~', 'matches'],
  ['!~', 'does not match'],
] as const
const labels = ['alertname', 'service', 'severity', 'host', 'app', 'group', 'tag', 'on']

/** What is kept quiet, for how long, and why. Opened from an alert it begins with that one. */
export function SilenceDialog({ alert, onClose }: { alert?: Alert; onClose: () => void }) {
  const [matchers, setMatchers] = useState<Matcher[]>(() => firstMatchers(alert))
  const [duration, setDuration] = useState<string>(silenceLengths[1][0])
  const [until, setUntil] = useState(() => localTime(Date.now() + 86_400_000))
  const [reason, setReason] = useState('')
  const [problem, setProblem] = useState<unknown>(null)
  const change = (at: number, part: Partial<Matcher>): void =>
    setMatchers((before) => before.map((matcher, index) => (index === at ? { ...matcher, ...part } : matcher)))
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    try {
      const end = duration === 'until' ? { endsAt: new Date(until).toISOString() } : { duration }
      const made = await client.silences.create({ matchers, reason, ...end })
      showDone(`Silenced, ${made.alerts} ${made.alerts === 1 ? 'alert' : 'alerts'} now`)
      onClose()
    } catch (error) {
      setProblem(error)
    }
  }
  return (
    <Dialog label="Silence alerts" className="wide" onClose={onClose}>
      <form className="dialog-form" onSubmit={(event) => void submit(event)}>
        <div className="dialog-body">
          <h2 className="dialog-title">Silence alerts</h2>
          <fieldset className="matchers">
            <legend className="dim">Alerts for which all of this holds</legend>
            {matchers.map((matcher, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a matcher is nothing but its place in the list
              <div className="row" key={at}>
                <Select
                  label={`Label ${at + 1}`}
                  value={matcher.name}
                  options={[...new Set([...labels, matcher.name])].map((name) => [name, name] as const)}
                  onChange={(name) => change(at, { name })}
                />
                <Select
                  label={`Comparison ${at + 1}`}
                  value={matcher.op}
                  options={ops}
                  onChange={(op) => change(at, { op: op as Matcher['op'] })}
                />
                <span className="input grow">
                  <input
                    type="text"
                    aria-label={`Value ${at + 1}`}
                    value={matcher.value}
                    spellCheck={false}
                    onChange={(event) => change(at, { value: event.target.value })}
                  />
                </span>
                <IconButton
                  small
                  icon={X}
                  label={`Remove line ${at + 1}`}
                  disabled={matchers.length === 1}
                  onClick={() => setMatchers((before) => before.filter((_, index) => index !== at))}
                />
              </div>
            ))}
            <Button
              small
              icon={Plus}
              onClick={() => setMatchers((before) => [...before, { name: 'severity', op: '=', value: 'warning' }])}
            >
              And
            </Button>
          </fieldset>
          <div className="field-line">
            <span>For</span>
            <Select label="For how long" value={duration} options={silenceLengths} onChange={setDuration} />
            {duration === 'until' && (
              <span className="input">
                <input
                  type="datetime-local"
                  aria-label="Until"
                  value={until}
                  min={localTime(Date.now())}
                  onChange={(event) => setUntil(event.target.value)}
                />
              </span>
            )}
          </div>
          <label className="field-line">
            <span>Reason</span>
            <span className="input grow">
              <input
                type="text"
                data-autofocus=""
                aria-label="Reason"
                placeholder="Why nobody needs to be told meanwhile"
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </span>
          </label>
          <Problem why={problem} />
        </div>
        <DialogFoot onCancel={onClose}>
          <Button
            look="primary"
            type="submit"
            disabled={
              reason.trim() === '' ||
              matchers.some(({ value }) => value === '') ||
              (duration === 'until' && !(Date.parse(until) > Date.now()))
            }
          >
            Silence
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

/** As a field for a date and a time has it: in the time of this place, to the minute. */
function localTime(atMs: number): string {
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000
  return new Date(atMs - offsetMs).toISOString().slice(0, 16)
}

function firstMatchers(alert: Alert | undefined): Matcher[] {
  if (!alert) return [{ name: 'service', op: '=', value: '' }]
  const { name, service, host } = alert
  const address = splitAddress(service ?? '')
  return [
    { name: 'alertname', op: '=', value: name },
    ...(service === undefined ? [] : [{ name: 'service', op: '=' as const, value: address.name }]),
    ...(isEveryHost() ? [{ name: 'host', op: '=' as const, value: host }] : []),
  ]
}
