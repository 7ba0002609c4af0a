import { useEffect, useState } from 'react'
import type { MessagePreview, Notification } from '../../../contract/index.ts'
import { client } from '../../connection/index.ts'
import { Problem, Select, withLocalTimes } from '../../parts/index.ts'
import { usePanel } from '../../store/index.ts'

const typedForMs = 300

/** How a message looks: a template at the left, what a receiver would get at the right. It writes nothing. */
export function TemplatePreview({ notifications }: { notifications: readonly Notification[] }) {
  const active = usePanel(({ model }) => model.alerts.items)
  const [chosen, setChosen] = useState('')
  const [alert, setAlert] = useState('')
  const [own, setOwn] = useState<{ title?: string; text?: string }>({})
  const notification = notifications.find(({ name }) => name === chosen) ?? notifications[0]
  const title = own.title ?? notification?.title ?? ''
  const text = own.text ?? notification?.text ?? ''
  const known = active.some(({ id }) => id === alert) ? alert : ''
  const { preview, problem } = usePreview(notification?.name ?? '', known, title, text)
  if (!notification) return null
  return (
    <section aria-labelledby="template-preview" className="template">
      <h2 id="template-preview" className="section-head">
        How a message looks
      </h2>
      <div className="row template-choice">
        <Select
          label="Channel"
          value={notification.name}
          options={notifications.map(({ name }) => [name, name] as const)}
          onChange={(name) => {
            setChosen(name)
            setOwn({})
          }}
        />
        <Select
          label="Alert"
          value={known}
          options={[['', 'a sample alert'], ...active.map(({ id, summary }) => [id, summary] as const)]}
          onChange={setAlert}
        />
      </div>
      <div className="template-sides">
        <div className="stack">
          <label className="stack">
            <span className="dim">Title</span>
            <input
              type="text"
              className="input mono"
              value={title}
              placeholder="as usual"
              spellCheck={false}
              onChange={(event) => setOwn({ ...own, title: event.target.value })}
            />
          </label>
          <label className="stack">
            <span className="dim">Text</span>
            <textarea
              className="input mono"
              rows={8}
              value={text}
              placeholder={'as usual; or {{#alerts}}{{summary}} ({{severity}}){{/alerts}}'}
              spellCheck={false}
              onChange={(event) => setOwn({ ...own, text: event.target.value })}
            />
          </label>
          <p className="dim sm">
            Mustache templates. To keep them, write them as <code>title</code> and <code>text</code> of{' '}
            <code>notification &quot;{notification.name}&quot;</code>.
          </p>
        </div>
        <div className="stack">
          <Problem why={problem} />
          {preview && (
            <section aria-label="Preview" className="stack">
              <p className="medium">{withLocalTimes(preview.title)}</p>
              <p className="template-text">{withLocalTimes(preview.text)}</p>
              <p className="dim sm">{hasTimes(preview) ? 'What is sent, with times in UTC' : 'What is sent'}</p>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
              <pre className="rule-text mono" tabIndex={0}>
                {preview.body}
              </pre>
            </section>
          )}
        </div>
      </div>
    </section>
  )
}

const hasTimes = ({ title, text }: MessagePreview): boolean =>
  [title, text].some((part) => withLocalTimes(part) !== part)

/** How the agent would put it, once nobody types for a moment. */
function usePreview(name: string, alert: string, title: string, text: string) {
  const [state, setState] = useState<{ preview: MessagePreview | null; problem: unknown }>({
    preview: null,
    problem: null,
  })
  useEffect(() => {
    if (name === '') return
    const ended = new AbortController()
    const { signal } = ended
    const question = {
      name,
      ...(alert === '' ? {} : { alert }),
      ...(title === '' ? {} : { title }),
      ...(text === '' ? {} : { text }),
    }
    const timer = setTimeout(() => {
      client.notifications.preview(question, { signal }).then(
        (preview) => !signal.aborted && setState({ preview, problem: null }),
        (error) => !signal.aborted && setState({ preview: null, problem: error }),
      )
    }, typedForMs)
    return () => {
      clearTimeout(timer)
      ended.abort()
    }
  }, [name, alert, title, text])
  return state
}
