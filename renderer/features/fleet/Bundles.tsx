import { Copy, Undo2 } from 'lucide-react'
import { useCallback, useState } from 'react'
import type { Bundle, BundleOnHost } from '../../../contract/index.ts'
import { usePoll } from '../../actions/index.ts'
import { homeClient } from '../../connection/index.ts'
import { Ago, Button, capitalise, copyText, IconButton, Shape } from '../../parts/index.ts'
import { showDone } from '../../store/index.ts'
import { BundleBack } from './BundleBack.tsx'
import { bundleShapes, labelWords, standingWords } from './bundles.ts'

const lookEveryMs = 2_000
const example = 'npx hxe fleet apply ./web --selector role=web'

/** Configuration that hosts run by their labels: what is wanted, what each runs of it, and the way back. */
export function Bundles() {
  const read = useCallback((signal: AbortSignal) => homeClient.fleet.bundles.list(undefined, { signal }), [])
  const { value, problem } = usePoll(read, lookEveryMs)
  const [back, setBack] = useState<{ name: string; revision: number } | null>(null)
  const close = useCallback(() => setBack(null), [])
  if (!value)
    return (
      <p className="nothing dim" role="status">
        {problem ?? 'The store of the fleet is asked…'}
      </p>
    )
  if (value.items.length === 0) return <None />
  return (
    <>
      <div className="page fleet-rollouts">
        {value.items.map((bundle) => (
          <Card key={bundle.name} bundle={bundle} onBack={(revision) => setBack({ name: bundle.name, revision })} />
        ))}
      </div>
      {back && <BundleBack {...back} onClose={close} />}
    </>
  )
}

function None() {
  const copy = async (): Promise<void> => {
    if (await copyText(example)) showDone('Copied')
  }
  return (
    <div className="nothing" role="status">
      <p className="dim">
        No host takes configuration from the fleet yet. The files of a folder become a bundle, and hosts with its labels
        run it, where their <code>allow_remote</code> has <code>"configure"</code>. This shows what it would do on each:
      </p>
      <div className="row">
        <code className="code-block grow">{example}</code>
        <IconButton icon={Copy} label="Copy the command" onClick={() => void copy()} />
      </div>
    </div>
  )
}

function Card({ bundle, onBack }: { bundle: Bundle; onBack: (revision: number) => void }) {
  const { name, revision, releases, hosts, rollout } = bundle
  const { shape, word } = standingWords(bundle)
  const current = releases.find((release) => release.revision === revision)
  const former = releases.filter((release) => release.revision !== revision)
  return (
    <section className="card" aria-label={`Bundle ${name}`}>
      <div className="card-head">
        <h2 className="cut">{name}</h2>
        <span className="dim sm">{revision === 0 ? '' : `revision ${revision}`}</span>
        <span className="pill" role="status">
          <Shape name={shape} />
          {word}
        </span>
        <span className="push dim sm">{current && labelWords(current.selector)}</span>
      </div>
      {current && (
        <p className="sm dim">
          {current.message !== '' && `${current.message}. `}By {current.author} <Ago iso={current.time} />.
        </p>
      )}
      <table className="table plain fleet-bundle" aria-label={`Hosts of ${name}`}>
        <thead>
          <tr>
            {['Host', 'State', 'Wanted', 'Applied', 'Why'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hosts.map((host) => (
            <Row key={host.hostId} host={host} />
          ))}
        </tbody>
      </table>
      {hosts.length === 0 && <p className="sm dim">No host has these labels now.</p>}
      {former.length > 0 && (
        <ul className="list" aria-label={`Former revisions of ${name}`}>
          {former.map((release) => (
            <li key={release.revision} className="row sm">
              <span>revision {release.revision}</span>
              <span className="dim cut">
                {release.message === '' ? '' : `${release.message}, `}
                {labelWords(release.selector)}, by {release.author} <Ago iso={release.time} />
              </span>
              <span className="push" />
              <Button small icon={Undo2} disabled={rollout !== null} onClick={() => onBack(release.revision)}>
                Run revision {release.revision}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const figure = (revision: number | null): string => (revision === null || revision === 0 ? '–' : String(revision))

function Row({ host: { host, state, isAway, wanted, revision, text } }: { host: BundleOnHost }) {
  return (
    <tr data-away={isAway}>
      <td>{host}</td>
      <td>
        <span className="row">
          <Shape name={bundleShapes[state]} />
          {capitalise(state)}
          {isAway && <span className="dim">away</span>}
        </span>
      </td>
      <td>{figure(wanted)}</td>
      <td>{figure(revision)}</td>
      <td className="dim cut" title={text}>
        {text}
      </td>
    </tr>
  )
}
