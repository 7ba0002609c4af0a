import { useState } from 'react'
import { editorPath, Link } from '../../router/index.ts'
import { useEdits } from '../../store/index.ts'
import { AddBlock } from './AddBlock.tsx'
import { Field } from './Field.tsx'
import { groupsOf, isSame, nameOf } from './fields.ts'
import { Source } from './Source.tsx'
import { useForm } from './useForm.ts'

/** What a service says, as fields and as the HCL that it is, both always in step. Nothing takes effect before it is applied. */
export function FormView({ name }: { name: string }) {
  const { form, failed, refusals, problems, change, write, dropRefusals } = useForm(name)
  const [withAll, setWithAll] = useState(false)
  /** Whose fields are all shown, since somebody is filling them in. */
  const [added, setAdded] = useState<readonly string[][]>([])
  const editCount = useEdits(({ files }) => Object.keys(files).length)
  if (failed !== null) return <p className="nothing dim">{failed}</p>
  if (form === null) return <p className="nothing dim">Reading its files …</p>
  const groups = groupsOf(form, withAll, added)
  return (
    <div className="form-view">
      <form className="form-fields" aria-label={`Fields of ${name}`} onSubmit={(event) => event.preventDefault()}>
        {groups.map(({ title, path, fields }) => (
          <fieldset key={title} className="form-group">
            {title !== '' && (
              <legend>
                <span className="mono">{title}</span>
                {form.own.some((own) => isSame(own, path)) && (
                  <button
                    type="button"
                    className="link sm"
                    aria-label={`Remove ${title}`}
                    onClick={() => void change([{ path, value: null }])}
                  >
                    Remove
                  </button>
                )}
              </legend>
            )}
            {fields.map((field) => (
              <Field
                key={nameOf(field)}
                field={field}
                refusal={refusals.find(({ path }) => path === nameOf(field) || path.startsWith(`${nameOf(field)}.`))}
                problem={problems.find(
                  ({ file, line }) =>
                    file === field.file && line >= (field.line ?? 0) && line <= (field.endLine ?? field.line ?? 0),
                )}
                onChange={change}
                onDrop={dropRefusals}
              />
            ))}
          </fieldset>
        ))}
        <AddBlock form={form} onChange={change} onAdd={(path) => setAdded([...added, path])} />
        <button type="button" className="link sm" onClick={() => setWithAll(!withAll)}>
          {withAll ? 'Show what is usual' : 'Show every field'}
        </button>
      </form>
      <div className="form-sources">
        {form.sources.map((source) => (
          <Source
            key={`${source.file}:${form.sources.indexOf(source)}`}
            source={source}
            problems={problems}
            onWrite={write}
          />
        ))}
        <p className="row form-after">
          {editCount > 0 ? (
            <>
              <span>Edited, not applied yet.</span>
              <Link className="btn primary" to={editorPath({ file: form.files[0] ?? '' })}>
                Plan and apply…
              </Link>
            </>
          ) : (
            <span className="faint">A change waits as an edit until it is planned and applied.</span>
          )}
        </p>
      </div>
    </div>
  )
}
