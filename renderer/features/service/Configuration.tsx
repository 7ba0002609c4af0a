import { useCallback, useMemo, useState } from 'react'
import type { Service } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Choice } from '../../parts/index.ts'
import { FormView } from '../form/index.ts'
import { Place } from './Place.tsx'

type Item = Awaited<ReturnType<typeof client.services.config>>['items'][number]

type View = 'values' | 'form'

/** What a service says: as it came to be of all files, or as fields to change beside the HCL. */
export function Configuration({ service }: { service: Service }) {
  const [view, setView] = useState<View>('values')
  return (
    <>
      <div className="config-views">
        <Choice
          name="View of the configuration"
          value={view}
          options={[
            ['values', 'Values'],
            ['form', 'Form'],
          ]}
          onChange={setView}
        />
      </div>
      {view === 'form' ? <FormView name={service.service} /> : <Values service={service} />}
    </>
  )
}

/** Every value as resolved, with where it comes from. What nobody wrote is hidden until asked for. */
function Values({ service: { name, service: baseName, since } }: { service: Service }) {
  // A change of the files restarts a service, so its new state is the time to read again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `since` is what tells that it may have changed
  const read = useCallback((signal: AbortSignal) => client.services.config({ name }, { signal }), [name, since])
  const { value, problem } = usePoll(read, null)
  const [withDefaults, setWithDefaults] = useState(false)
  const items = value?.items ?? []
  const shown = useMemo(() => items.filter((item) => withDefaults || !isDefault(item)), [items, withDefaults])
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  return (
    <>
      <table className="table wide inset config">
        <thead>
          <tr>
            <th>Attribute</th>
            <th>Value</th>
            <th>Comes from</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((item) => (
            <ConfigRow key={item.path} item={item} service={baseName} />
          ))}
        </tbody>
      </table>
      {items.some(isDefault) && (
        <button type="button" className="link sm defaults" onClick={() => setWithDefaults(!withDefaults)}>
          {withDefaults ? 'Hide defaults' : `Show ${items.filter(isDefault).length} defaults`}
        </button>
      )}
    </>
  )
}

const isDefault = ({ origin, file }: Item): boolean => file === undefined && /default/i.test(origin)

/** `services.web.command` is `command` on the page of `web`. */
function shortPath(path: string, service: string): string {
  const prefix = `services.${service}.`
  return path.startsWith(prefix) ? path.slice(prefix.length) : path
}

function ConfigRow({ item, service }: { item: Item; service: string }) {
  const { path, value, masked, origin, file, line, column, overrides = [] } = item
  const text = masked ? '••••••••' : textOf(value)
  return (
    <tr>
      <td className="mono">{shortPath(path, service)}</td>
      <td className="mono value" title={masked ? 'Masked: it comes from a secret' : text}>
        {text}
      </td>
      <td className="dim">
        {file === undefined ? origin : <Place origin={origin} file={file} line={line} column={column} />}
        {overrides.map((over) => (
          <span key={`${over.origin} ${over.file} ${over.line}`}>
            {' over '}
            {over.file === undefined ? (
              over.origin
            ) : (
              <Place origin={over.origin} file={over.file} line={over.line} column={over.column} />
            )}
          </span>
        ))}
      </td>
    </tr>
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
