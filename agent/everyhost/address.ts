import {
  type Alert,
  type AlertsSummary,
  addressOf,
  type FixAction,
  type Service,
  type Why,
} from '../../contract/index.ts'

/** A service among those of all hosts: its name and every name that it mentions carry its host. */
export function serviceAt(service: Service, host: string): Service {
  const at = (name: string): string => addressOf(name, host)
  return {
    ...service,
    name: at(service.name),
    service: at(service.service),
    dependsOn: service.dependsOn.map(at),
    host,
    why: service.why && whyAt(service.why, host),
  }
}

/** Only fixes that can be told where to go; the others are offered where that host alone is shown. */
const whyAt = (why: Why, host: string): Why => ({
  ...why,
  fixes: why.fixes.flatMap(({ label, action }) => {
    const placed = actionAt(action, host)
    return placed ? { label, action: placed } : []
  }),
})

function actionAt(action: FixAction, host: string): FixAction | undefined {
  switch (action.kind) {
    case 'service':
    case 'open-service':
    case 'open-logs':
      return { ...action, service: addressOf(action.service, host) }
    case 'end-process':
    case 'set-attribute':
    case 'open-file':
    case 'run-command':
      return undefined
  }
}

export function alertAt<T extends Alert>(alert: T, host: string): T {
  const { id, service, cause, follows, on } = alert
  return {
    ...alert,
    id: addressOf(id, host),
    // One about another host says which.
    host: on === 'fleet' ? alert.host : host,
    ...(service === undefined ? {} : { service: addressOf(service, host) }),
    cause: cause?.id === undefined ? cause : { ...cause, id: addressOf(cause.id, host) },
    follows: { ...follows, services: follows.services.map((name) => addressOf(name, host)) },
  }
}

/** Those of one host among those of all; what was told on its desktop is not told on this one. */
export const alertsAt = ({ firing, critical, silenced, items }: AlertsSummary, host: string): AlertsSummary => ({
  firing,
  critical,
  silenced,
  items: items.map((alert) => alertAt(alert, host)),
})
