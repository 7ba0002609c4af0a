import type { Alert } from '../../../contract/index.ts'
import { render } from '../template/index.ts'
import type { Notice } from '../types.ts'

/** Alerts that one message has; of the rest it says how many they are. */
export const mostAlerts = 100

/** What is said, in words; and what it is about, for channels with fields of their own. */
export interface Message {
  title: string
  text: string
  severity: Alert['severity']
  /** A template that could not be used; then the usual words stand in its place. */
  problem?: string
}

const defaultTitle =
  '{{#missed}}Fired and ended unheard: {{/missed}}{{#resolved}}{{^missed}}Resolved: {{/missed}}{{/resolved}}{{{summary}}}'
const defaultText = `{{#alerts}}
{{summary}} ({{severity}}{{#endsAt}}, ended {{endsAt}}{{/endsAt}}{{^endsAt}}, since {{startsAt}}{{/endsAt}})
{{#cause}}because of {{cause}}
{{/cause}}{{#runbook}}{{runbook}}
{{/runbook}}{{/alerts}}
{{#more}}
and {{more}} more
{{/more}}`

const severities = ['info', 'warning', 'critical'] as const

export interface Templates {
  title?: string | undefined
  text?: string | undefined
}

/** Puts a notice into words. `escaping` is for what values are put into: the markup of a chat. */
export function composeMessage(
  notice: Pick<Notice, 'status' | 'groupLabels' | 'alerts' | 'notification' | 'missed'>,
  templates: Templates,
  escaping: (value: string) => string = (value) => value,
): Message {
  const view = viewOf(notice)
  const count = Math.min(mostAlerts, notice.alerts.length)
  const put = (template: string | undefined, usual: string): { text: string; problem?: string } => {
    const own = template === undefined ? undefined : render(template, view, escaping, count)
    if (own && 'text' in own) return own
    const usually = render(usual, view, escaping, count)
    return { text: 'text' in usually ? usually.text : '', ...(own && { problem: own.problem }) }
  }
  const title = put(templates.title, defaultTitle)
  const text = put(templates.text, defaultText)
  const problem = title.problem ?? text.problem
  const worst = Math.max(0, ...notice.alerts.map(({ severity }) => severities.indexOf(severity)))
  return {
    title: title.text.replace(/\s+/g, ' ').trim(),
    text: text.text.trim(),
    severity: severities[worst] ?? 'warning',
    ...(problem !== undefined && { problem }),
  }
}

/** Null prototypes: a template sees what is here, and nothing that every object has. */
function viewOf({ status, groupLabels, alerts, notification, missed }: Parameters<typeof composeMessage>[0]): object {
  const [first] = alerts
  const count = missed ?? alerts.length
  const rest = count - 1
  const summary = first?.summary ?? 'Nothing'
  return bare({
    status,
    firing: status === 'firing',
    resolved: status === 'resolved',
    notification,
    missed: missed ?? 0,
    count,
    more: count - Math.min(mostAlerts, alerts.length),
    summary: rest > 0 ? `${summary}, and ${rest} more` : summary,
    service: first?.service ?? '',
    host: first?.host ?? '',
    severity: first?.severity ?? '',
    group: bare(groupLabels),
    alerts: alerts.slice(0, mostAlerts).map((alert) =>
      bare({
        ...alert,
        service: alert.service ?? '',
        runbook: alert.runbook ?? '',
        endsAt: alert.endsAt ?? '',
        labels: bare(alert.labels),
        cause: alert.cause?.text ?? '',
        acknowledgedBy: alert.acknowledgedBy?.author ?? '',
        follows: alert.follows.count,
        silencedBy: '',
        inhibitedBy: '',
      }),
    ),
  })
}

const bare = (value: object): object => Object.assign(Object.create(null), value)

/** At most so many characters, cut where a character ends. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
