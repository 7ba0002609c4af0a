import { type ReactNode, useEffect } from 'react'

interface ToolbarProps {
  /** The name of the page: its `h1` and the title of the window. */
  title: string
  before?: ReactNode
  children?: ReactNode
}

export function Toolbar({ title, before, children }: ToolbarProps) {
  useEffect(() => {
    document.title = `${title} – HXE`
  }, [title])
  return (
    <header className="toolbar">
      {before}
      <h1 title={title}>{title}</h1>
      {children}
    </header>
  )
}
