import { editorPath, Link } from '../../router/index.ts'

/** A place in a file, short, as a link that opens the editor there. */
export function Place(props: { origin?: string; file: string; line: number | undefined; column?: number | undefined }) {
  const { origin = 'Written here', file, line = 1, column } = props
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  return (
    <Link
      className="link mono place"
      to={editorPath({ file, line, column })}
      title={`${origin}, ${place}. Opens the editor there`}
    >
      {file.slice(file.lastIndexOf('/') + 1)}
      <wbr />
      {place.slice(file.length)}
    </Link>
  )
}
