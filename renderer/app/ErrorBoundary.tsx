import { Component, type ReactNode } from 'react'
import { Button } from '../parts/index.ts'

interface Props {
  /** A change of it gives what is inside another try. */
  place: string
  children: ReactNode
}

interface State {
  error: Error | null
  place: string
}

/** Keeps a fault in one page from taking the window with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { place, error: null }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <div className="lone" role="alert">
        <h1 className="lead">This page cannot be shown</h1>
        <p className="dim">
          The panel has met a fault of its own. Your services are not touched by it; the other pages go on working.
        </p>
        <code className="code-block">{error.stack ?? error.message}</code>
        <Button look="primary" onClick={() => this.setState({ error: null })}>
          Try again
        </Button>
      </div>
    )
  }
}
