import { useEffect, useRef } from 'react'
import { Activity } from '../features/activity/index.ts'
import { Logs } from '../features/logs/index.ts'
import { Overview } from '../features/overview/index.ts'
import { ServicePage } from '../features/service/index.ts'
import { Services } from '../features/services/index.ts'
import { matchRoute, type Route, useLocation } from '../router/index.ts'
import { useIsKnown, useIsLive, usePanel } from '../store/index.ts'
import { ConnectionBanner } from './Banner.tsx'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Connecting, SignedOut, Unknown } from './lone.tsx'
import { QuestionDialog } from './QuestionDialog.tsx'
import { Sidebar } from './Sidebar.tsx'
import { StatusBar } from './StatusBar.tsx'
import { Toasts } from './Toasts.tsx'

export function App({ onRetry }: { onRetry: () => void }) {
  const path = useLocation((place) => place.path)
  const route = matchRoute(path)
  const isLive = useIsLive()
  return (
    <div className="app" data-stale={!isLive}>
      <Sidebar page={route.page} />
      <Main path={path} route={route} onRetry={onRetry} />
      <StatusBar />
      <Toasts />
      <QuestionDialog />
    </div>
  )
}

function Main({ path, route, onRetry }: { path: string; route: Route; onRetry: () => void }) {
  const main = useRef<HTMLElement>(null)
  const place = route.page === 'service' ? `service ${route.name}` : route.page
  const lastPlace = useRef(place)
  useEffect(() => {
    // A screen reader and the keyboard follow to the page that a link opened.
    if (lastPlace.current !== place) main.current?.focus()
    lastPlace.current = place
  }, [place])
  return (
    <main className="main" ref={main} tabIndex={-1}>
      <ErrorBoundary place={path}>
        <Page route={route} onRetry={onRetry} />
      </ErrorBoundary>
      <ConnectionBanner onRetry={onRetry} />
    </main>
  )
}

function Page({ route, onRetry }: { route: Route; onRetry: () => void }) {
  const isKnown = useIsKnown()
  const isSignedOut = usePanel(({ connection }) => connection.kind === 'signed-out')
  if (isSignedOut) return <SignedOut onRetry={onRetry} />
  if (!isKnown) return <Connecting onRetry={onRetry} />
  switch (route.page) {
    case 'overview':
      return <Overview />
    case 'services':
      return <Services />
    case 'service':
      return <ServicePage key={route.name} name={route.name} tab={route.tab} />
    case 'logs':
      return <Logs />
    case 'activity':
      return <Activity />
    case 'unknown':
      return <Unknown path={route.path} />
  }
}
