import { editorPath, Link } from '../../router/index.ts'
import { useRules } from '../charts/index.ts'

/** The rule of an alert as HCL, and where it stands. */
export function RuleText({ name }: { name: string }) {
  const rule = useRules().find((each) => each.name === name)
  if (!rule) return null
  const { file, line, hcl, builtIn } = rule
  return (
    <section className="grow" aria-labelledby="alert-rule">
      <h3 id="alert-rule" className="h2 dim row">
        Rule
        <span className="push sm">
          {builtIn || file === undefined || line === undefined ? (
            'built in'
          ) : (
            <Link className="link" to={editorPath({ file, line })}>
              {file.slice(file.lastIndexOf('/') + 1)}:{line}
            </Link>
          )}
        </span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <pre className="rule-text mono" tabIndex={0}>
        {hcl}
      </pre>
    </section>
  )
}
