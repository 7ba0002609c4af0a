import { X } from 'lucide-react'
import { useCallback } from 'react'
import type { ProcessInfo, Service } from '../../../contract/index.ts'
import { endProcess, usePoll } from '../../actions/index.ts'
import { client } from '../../connection/index.ts'
import { Ago, Bytes, IconButton, Percent } from '../../parts/index.ts'
import { type TreeRow, treeOf } from './tree.ts'

const everyMs = 2_000

const stateWords: Readonly<Record<string, string | undefined>> = {
  R: 'Running',
  S: 'Sleeping',
  I: 'Idle',
  D: 'Waiting for the disk',
  T: 'Stopped',
  t: 'Traced',
  Z: 'Ended, not collected',
}

export function Processes({ service: { name } }: { service: Service }) {
  const read = useCallback((signal: AbortSignal) => client.services.processes({ name }, { signal }), [name])
  const { value, problem } = usePoll(read, everyMs)
  if (problem !== null) return <p className="nothing dim">{problem}</p>
  if (value?.items.length === 0) return <p className="nothing dim">{name} has no process now.</p>
  return (
    <table className="table wide inset processes">
      <thead>
        <tr>
          <th>Process</th>
          <th className="num">Pid</th>
          <th>User</th>
          <th>State</th>
          <th className="num">CPU</th>
          <th className="num">Memory</th>
          <th className="num">Threads</th>
          <th className="num">Started</th>
          <th>
            <span className="out-of-sight">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {treeOf(value?.items ?? []).map((row) => (
          <ProcessRow key={row.process.pid} service={name} {...row} />
        ))}
      </tbody>
    </table>
  )
}

function ProcessRow({ service, process, depth }: TreeRow & { service: string }) {
  const { pid, command, name, user, state, cpuPercent, memoryBytes, threads, startedAt, main } = process
  return (
    <tr>
      <td title={command}>
        <span className="row" style={{ paddingLeft: depth * 16 }}>
          <span className="mono cut">
            {depth > 0 && <span className="faint">└ </span>}
            {command === '' ? name : command}
          </span>
          {main && <span className="tag">main</span>}
        </span>
      </td>
      <td className="num">{pid}</td>
      <td className="dim">{user}</td>
      <td className="dim">{wordOf(state)}</td>
      <td className="num figure">
        <Percent value={cpuPercent} />
      </td>
      <td className="num figure">
        <Bytes value={memoryBytes} />
      </td>
      <td className="num dim">{threads}</td>
      <td className="num dim">
        <Ago iso={startedAt} />
      </td>
      <td className="num">
        <IconButton small icon={X} label={`End process ${pid}`} onClick={() => void endProcess(service, process)} />
      </td>
    </tr>
  )
}

const wordOf = (state: ProcessInfo['state']): string =>
  (Object.hasOwn(stateWords, state) ? stateWords[state] : undefined) ?? state
