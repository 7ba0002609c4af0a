import { lazy, Suspense, useEffect, useRef } from 'react'
import { Activity } from '../features/activity/index.ts'
import { Add } from '../features/add/index.ts'
import { Alerts } from '../features/alerts/index.ts'
import { Fleet } from '../features/fleet/index.ts'
import { Logs } from '../features/logs/index.ts'
import { Metrics } from '../features/metrics/index.ts'
import { Overview } from '../features/overview/index.ts'
import { Palette } from '../features/palette/index.ts'
import { ServicePage } from '../features/service/index.ts'
import { Services } from '../features/services/index.ts'
import { Settings } from '../features/settings/index.ts'
import { OneHost, Toolbar } from '../parts/index.ts'
import { matchRoute, type Route, useLocation } from '../router/index.ts'
import { showOverlay, useIsKnown, useIsLive, useOverlay, usePanel } from '../store/index.ts'
import { AtHost } from './AtHost.tsx'
import { ConnectionBanner } from './Banner.tsx'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { FrameKeys } from './FrameKeys.tsx'
import { KeyMap } from './KeyMap.tsx'
import { Connecting, SignedOut, Unknown } from './lone.tsx'
import { QuestionDialog } from './QuestionDialog.tsx'
import { Sidebar } from './Sidebar.tsx'
import { StatusBar } from './StatusBar.tsx'
import { Toasts } from './Toasts.tsx'

/** The editor is more code than all else; whoever does not open it does not wait for it. */
const Configuration = lazy(() => import('../features/configuration/index.ts'))

export function App({ onRetry }: { onRetry: () => void }) {
  const path = useLocation((place) => place.path)
  const route = matchRoute(path)
  const isLive = useIsLive()
  return (
    <div className="app" data-stale={!isLive}>
      <FrameKeys />
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Sidebar page={route.page} />
      <Main path={path} route={route} onRetry={onRetry} />
      <StatusBar />
      <Toasts />
      <QuestionDialog />
      <Overlays />
    </div>
  )
}

function Overlays() {
  const open = useOverlay((state) => state.open)
  const close = (): void => showOverlay(null)
  if (open === 'palette') return <Palette onClose={close} />
  return open === 'keys' ? <KeyMap onClose={close} /> : null
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
    <main className="main" id="main" ref={main} tabIndex={-1}>
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
  useEffect(() => {
    // The first picture is made after this; the task behind it runs when it is there.
    if (isKnown) requestAnimationFrame(() => setTimeout(drawn))
  }, [isKnown])
  if (isSignedOut) return <SignedOut onRetry={onRetry} />
  if (!isKnown) return <Connecting onRetry={onRetry} />
  switch (route.page) {
    case 'overview':
      return <Overview />
    case 'services':
      return <Services />
    case 'service':
      return (
        <AtHost address={route.name}>{(name) => <ServicePage key={route.name} name={name} tab={route.tab} />}</AtHost>
      )
    case 'add':
      return (
        <OneHost title="Add a service" what="A service is added to one host">
          <Add />
        </OneHost>
      )
    case 'logs':
      return <Logs />
    case 'metrics':
      return <Metrics />
    case 'alerts':
      return <Alerts />
    case 'configuration':
      return (
        <OneHost title="Configuration" what="Each host has a configuration of its own">
          <Suspense fallback={<Toolbar title="Configuration" />}>
            <Configuration />
          </Suspense>
        </OneHost>
      )
    case 'fleet':
      return <Fleet />
    case 'activity':
      return <Activity />
    case 'settings':
      return <Settings />
    case 'unknown':
      return <Unknown path={route.path} />
  }
}

/** The page shows what the agent has, and takes what a person does. */
function drawn(): void {
  performance.mark('drawn')
  window.hxe?.drawn()
}
