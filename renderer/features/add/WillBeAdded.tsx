import type { ImportPreview } from '../../../contract/index.ts'

/** What an import comes to before it is written, and what of it could not be carried over. */
export function WillBeAdded({ preview }: { preview: ImportPreview }) {
  const { services, notes, suggestedFile } = preview
  return (
    <section className="card" aria-label="What will be added">
      <div className="card-head">
        <h2>What will be added</h2>
        <span className="push faint sm cut">{suggestedFile}</span>
      </div>
      <table className="adding">
        <tbody>
          {services.map(({ name, command, ports }) => (
            <tr key={name}>
              <td className="medium cut" title={name}>
                {name}
              </td>
              <td className="mono dim cut" title={command}>
                {command}
              </td>
              <td className="num dim">{ports.length > 0 ? ports.join(', ') : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {services.length === 0 && <p className="hint sm">Nothing yet.</p>}
      {notes.length > 0 && (
        <ul className="add-notes hint sm" aria-label="Not carried over">
          {notes.map(({ file, line, what, why, suggestion }) => (
            <li key={`${file} ${line} ${what} ${why}`}>
              <span className="medium">{what}</span> {why} {suggestion}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
