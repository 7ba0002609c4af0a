import { useCallback, useMemo, useState } from 'react'
import type { EnvironmentItem, Service } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Place } from './Place.tsx'

const origins: Readonly<Record<EnvironmentItem['origin'], string>> = {
  environment: 'environment',
  env_file: 'env_file',
  ports: 'ports of the service',
  agent: 'HXE itself',
  inherited: 'inherited from the agent',
}

/** The variables that its processes are given. Secrets never leave the agent. */
export function Environment({ service: { name, since } }: { service: Service }) {
  // A change of the files restarts a service, so its new state is the time to read again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `since` is what tells that it may have changed
  const read = useCallback((signal: AbortSignal) => client.services.environment({ name }, { signal }), [name, since])
  const { value, problem } = usePoll(read, null)
  const [withInherited, setWithInherited] = useState(false)
  const items = value?.items ?? []
  const shown = useMemo(
    () => items.filter(({ origin }) => withInherited || origin !== 'inherited'),
    [items, withInherited],
  )
  const inherited = items.filter(({ origin }) => origin === 'inherited').length
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  return (
    <>
      <table className="table wide inset config" aria-label={`Environment of ${name}`}>
        <thead>
          <tr>
            <th>Variable</th>
            <th>Value</th>
            <th>Comes from</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((item) => (
            <Variable key={item.name} item={item} />
          ))}
        </tbody>
      </table>
      {inherited > 0 && (
        <button type="button" className="link sm defaults" onClick={() => setWithInherited(!withInherited)}>
          {withInherited ? 'Hide what the agent hands on' : `Show ${inherited} that the agent hands on`}
        </button>
      )}
    </>
  )
}

function Variable({ item: { name, value, masked, origin, file, line } }: { item: EnvironmentItem }) {
  return (
    <tr>
      <td className="mono" title={name}>
        {name}
      </td>
      <td className="mono value" title={masked ? 'Masked: it is a secret, or a reference leads to it' : value}>
        {value === '' ? <span className="faint">empty</span> : value}
      </td>
      <td className="dim">
        {file === undefined ? origins[origin] : <Place origin={origins[origin]} file={file} line={line ?? undefined} />}
      </td>
    </tr>
  )
}
