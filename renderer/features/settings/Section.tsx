import type { ReactNode } from 'react'

/** Settings that belong together, one to a row. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
      </div>
      <ul className="list">{children}</ul>
    </section>
  )
}

interface SettingProps {
  name: string
  text?: string
  children: ReactNode
}

export function Setting({ name, text, children }: SettingProps) {
  return (
    <li className="setting">
      <div className="grow">
        <div>{name}</div>
        {text !== undefined && <div className="faint sm">{text}</div>}
      </div>
      {children}
    </li>
  )
}
