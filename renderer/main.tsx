import './jitless.ts'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './styles/index.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { connect } from './connection/index.ts'
import { followHistory } from './router/index.ts'
import {
  followEdits,
  followFleet,
  followHostOfStep,
  followPreferences,
  forgetModel,
  receive,
  setConnection,
  setLatency,
  startClock,
  useFleet,
} from './store/index.ts'

followPreferences()
followEdits()
followHistory()
followHostOfStep()
startClock()
document.documentElement.dataset.platform = window.hxe?.platform ?? 'web'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root')
const events = { onState: setConnection, onMessage: receive, onLatency: setLatency }
let connection = connect(events, undefined, useFleet.getState().chosen ?? undefined)
useFleet.subscribe(({ chosen }, before) => {
  if (chosen === before.chosen) return
  connection.close()
  forgetModel()
  connection = connect(events, undefined, chosen ?? undefined)
})
followFleet()
createRoot(root).render(
  <StrictMode>
    <App onRetry={() => connection.retryNow()} />
  </StrictMode>,
)
