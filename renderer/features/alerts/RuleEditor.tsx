import { type FormEvent, useCallback, useEffect, useMemo, useState } from 'react'
import type { AlertOn, RuleDraft, RuleTrial, Severity } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { absoluteTime, Button, Dialog, DialogFoot, Problem, Select, withLocalTimes } from '../../parts/index.ts'
import { showDone } from '../../store/index.ts'
import { useRules } from '../charts/index.ts'
import { TrialChart } from './TrialChart.tsx'
import { severityWords } from './words.ts'

const ons = [
  ['service', 'services'],
  ['host', 'the machine'],
  ['agent', 'the agent'],
] as const
const spans = [
  ['24h', 'the last day'],
  ['7d', 'the last week'],
] as const
const typedForMs = 400
/** The chart has all. */
const mostListed = 5

const emptyRule: RuleDraft = {
  name: '',
  on: 'service',
  match: {},
  when: 'memory_percent > 80',
  for: '2m',
  severity: 'warning',
  labels: {},
  notify: [],
}

/** A rule by its fields, with what it would have done; what comes of it is HCL in a file, like all else. */
export function RuleEditor({ name, onClose }: { name: string; onClose: () => void }) {
  const known = useRules().find((rule) => rule.name === name)
  const [draft, setDraft] = useState<RuleDraft | null>(name === '' ? emptyRule : null)
  const rule = draft ?? (known ? draftOf(known) : null)
  const [span, setSpan] = useState<string>('24h')
  const [problem, setProblem] = useState<unknown>(null)
  const { trial, hcl } = useTrial(rule, span)
  const notifications = useNotificationNames()
  if (rule === null) return null
  const change = (part: Partial<RuleDraft>): void => setDraft({ ...rule, ...part })
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    try {
      await client.rules.write(rule)
      showDone(`${rule.name} is written and in force`)
      onClose()
    } catch (error) {
      setProblem(error)
    }
  }
  const text = (label: string, value: string, key: 'name' | 'when' | 'for' | 'runbook', more = '') => (
    <label className="field-line">
      <span>{label}</span>
      <span className="input grow">
        <input
          type="text"
          aria-label={label}
          className={key === 'when' ? 'mono' : ''}
          value={value}
          placeholder={more}
          spellCheck={false}
          disabled={key === 'name' && name !== ''}
          onChange={(event) => change({ [key]: event.target.value })}
        />
      </span>
    </label>
  )
  return (
    <Dialog label={name === '' ? 'New rule' : `Rule ${name}`} className="wide rule-editor" onClose={onClose}>
      <form className="dialog-form" onSubmit={(event) => void submit(event)}>
        <div className="dialog-body">
          <h2 className="dialog-title">{name === '' ? 'New rule' : `Rule ${name}`}</h2>
          {text('Name', rule.name, 'name', 'memory-high')}
          <div className="field-line">
            <span>About</span>
            <Select label="About" value={rule.on} options={ons} onChange={(on) => change({ on: on as AlertOn })} />
          </div>
          {rule.on === 'service' && <Match rule={rule} onChange={change} />}
          {text('When', rule.when, 'when', 'memory_percent > 80')}
          {trial?.problem && (
            <p className="sm failed-text field-problem" role="alert">
              Character {trial.problem.column}: {trial.problem.message}
            </p>
          )}
          {text('For', rule.for, 'for', '2m')}
          <div className="field-line">
            <span>Severity</span>
            <Select
              label="Severity"
              value={rule.severity}
              options={Object.entries(severityWords)}
              onChange={(severity) => change({ severity: severity as Severity })}
            />
          </div>
          <fieldset className="field-line">
            <legend>Tell</legend>
            {notifications.map((each) => (
              <label key={each} className="row">
                <input
                  type="checkbox"
                  checked={rule.notify.includes(each)}
                  onChange={({ target }) =>
                    change({
                      notify: target.checked ? [...rule.notify, each] : rule.notify.filter((other) => other !== each),
                    })
                  }
                />
                {each}
              </label>
            ))}
          </fieldset>
          {text('Runbook', rule.runbook ?? '', 'runbook', 'https://…')}
          <div className="field-line">
            <span>Tried against</span>
            <Select label="Tried against" value={span} options={spans} onChange={setSpan} />
          </div>
          <Trial trial={trial} rule={rule} />
          {hcl !== null && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
            <pre className="rule-text mono" tabIndex={0}>
              {hcl}
            </pre>
          )}
          <Problem why={problem} />
        </div>
        <DialogFoot onCancel={onClose}>
          <Button look="primary" type="submit" disabled={rule.name === '' || trial?.valid === false}>
            Write and apply
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

function Match({ rule, onChange }: { rule: RuleDraft; onChange: (part: Partial<RuleDraft>) => void }) {
  const [key = 'tags', value = ''] = Object.entries(rule.match)[0] ?? []
  const set = (attribute: string, words: string): void => {
    const values = words.split(/[\s,]+/).filter(Boolean)
    onChange({ match: values.length === 0 ? {} : { [attribute]: values } })
  }
  return (
    <div className="field-line">
      <span>Those with</span>
      <Select
        label="Attribute"
        value={key}
        options={['tags', 'groups', 'app', 'name'].map((each) => [each, each] as const)}
        onChange={(attribute) => set(attribute, [value].flat().join(' '))}
      />
      <span className="input grow">
        <input
          type="text"
          aria-label="Values"
          placeholder="all services"
          defaultValue={[value].flat().join(' ')}
          onChange={(event) => set(key, event.target.value)}
        />
      </span>
    </div>
  )
}

/** "Would have fired 3 times", on a chart and as a list. */
function Trial({ trial, rule }: { trial: RuleTrial | null; rule: RuleDraft }) {
  if (trial === null || !trial.valid) return null
  const { count, episodes, subjects, note } = trial
  const times =
    count === 0 ? 'would not have fired' : count === 1 ? 'would have fired once' : `would have fired ${count} times`
  return (
    <div className="trial">
      <p role="status">
        It {times}.
        {rule.on === 'service' && ` It is for ${subjects.length === 1 ? '1 service' : `${subjects.length} services`}.`}
        {note !== undefined && ` ${withLocalTimes(note)}`}
      </p>
      <TrialChart trial={trial} on={rule.on} severity={rule.severity} />
      <ul className="list">
        {episodes.slice(0, mostListed).map(({ subject, firedAt, endsAt }) => (
          <li key={`${subject} ${firedAt}`} className="row">
            <b>{subject}</b>
            <span className="dim">
              {absoluteTime(firedAt)} – {endsAt === null ? 'now' : absoluteTime(endsAt)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

const draftOf = ({ name, on, match, when, for: wait, severity, labels, notify, runbook }: RuleDraft): RuleDraft => ({
  name,
  on,
  match,
  when,
  for: wait,
  severity,
  labels,
  notify,
  ...(runbook === undefined ? {} : { runbook }),
})

/** What a rule would have done and how it is written, once nobody types for a moment. */
function useTrial(rule: RuleDraft | null, from: string): { trial: RuleTrial | null; hcl: string | null } {
  const [tried, setTried] = useState<{ trial: RuleTrial | null; hcl: string | null }>({ trial: null, hcl: null })
  const key = useMemo(() => (rule === null || rule.when === '' ? '' : JSON.stringify(rule)), [rule])
  useEffect(() => {
    if (key === '') return
    const ended = new AbortController()
    const { signal } = ended
    const asked = JSON.parse(key) as RuleDraft
    const named = { ...asked, name: asked.name || 'rule' }
    const timer = setTimeout(() => {
      void Promise.all([
        client.rules.test({ rule: named, from }, { signal }).catch(() => null),
        client.rules.draft(named, { signal }).catch(() => null),
      ]).then(([trial, draft]) => !signal.aborted && setTried({ trial, hcl: draft?.hcl ?? null }))
    }, typedForMs)
    return () => {
      clearTimeout(timer)
      ended.abort()
    }
  }, [key, from])
  return tried
}

function useNotificationNames(): readonly string[] {
  const read = useCallback((signal: AbortSignal) => client.notifications.list(undefined, { signal }), [])
  const { value } = usePoll(read, null)
  return useMemo(() => value?.items.map(({ name }) => name) ?? [], [value])
}
