import { any, block, bool, command, duration, durationOrZero, late, oneOf, text, textMap, texts } from './parts.ts'
import type { AttributeSchema } from './types.ts'

const notify: AttributeSchema = {
  type: { is: 'list', of: { is: 'text', format: 'notification' } },
  doc: 'The notifications that are told; `desktop` is always there.',
}
const grouping: Record<string, AttributeSchema> = {
  group_by: { type: texts, default: ['service'], doc: 'The labels that alerts told together have in common.' },
  group_wait: {
    type: durationOrZero,
    default: '10s',
    doc: 'The wait before a group is first told: what has one cause comes together within it.',
  },
  group_interval: { type: duration, default: '1m', doc: 'The wait before what is new in a group is told.' },
  repeat_interval: { type: duration, default: '4h', doc: 'The wait before the same is told again.' },
}

export const alertSchema = block('A rule that raises an alert. One with the name of a built-in rule changes that.', {
  label: 'one',
  many: true,
  attributes: {
    enabled: { type: bool, default: true, doc: 'Whether the rule is looked at.' },
    on: { type: oneOf('service', 'host', 'agent', 'fleet'), default: 'service', doc: 'What the rule is about.' },
    match: { type: { is: 'map', of: any }, doc: 'Which services the rule is for: { tags = ["web"] }.' },
    when: {
      type: text,
      doc: 'The condition: "memory_percent > 80", "rate(restarts, 10m) > 0 and state != "running"" (docs/ALERTS.md).',
    },
    for: { type: durationOrZero, default: '0s', doc: 'How long the condition must hold before the alert is raised.' },
    keep_firing_for: {
      type: durationOrZero,
      doc: 'How long it must not hold before the alert is resolved, so that what flaps is one alert (`for`, from 10s to 1m).',
    },
    severity: { type: oneOf('info', 'warning', 'critical'), default: 'warning', doc: 'How grave the alert is.' },
    labels: { type: textMap, doc: 'Words added to the alert.' },
    notify,
    runbook: { type: text, doc: 'The address of a page that says what to do about it.' },
  },
})

const route = block('Where alerts with certain labels are told. The first that matches counts.', {
  many: true,
  attributes: {
    match: {
      type: textMap,
      required: true,
      doc: 'Labels: { severity = "critical", service = "=~web.*", team = "!=b" }; `=`, `!=`, `=~` and `!~` before the value.',
    },
    notify,
    continue: { type: bool, default: false, doc: 'Whether the routes after it are looked at as well.' },
    ...Object.fromEntries(Object.entries(grouping).map(([name, { default: _, ...rest }]) => [name, rest])),
  },
})

export const maintenance = block('A time in which alerts are kept quiet by plan.', {
  label: 'one',
  many: true,
  attributes: {
    schedule: { type: { is: 'text', format: 'cron' }, doc: 'When it begins, again and again: "0 3 * * *".' },
    duration: { type: duration, doc: 'How long it lasts, with `schedule`.' },
    timezone: { type: { is: 'text', format: 'timezone' }, doc: 'The time zone of `schedule`: "Europe/Berlin".' },
    starts: { type: text, doc: 'When it begins, once: "2026-01-31T03:00:00Z".' },
    ends: { type: text, doc: 'When it ends, with `starts`.' },
    match: { type: textMap, doc: 'The labels of the alerts that are kept quiet (all): { service = "=~web.*" }.' },
  },
})

export const notification = block('Somewhere that alerts are told.', {
  label: 'one',
  many: true,
  attributes: {
    type: {
      type: oneOf('desktop', 'webhook', 'slack', 'email', 'discord', 'telegram', 'pagerduty', 'command'),
      required: true,
      doc: 'How: on the desktop, by a webhook, a chat, a mail or a command.',
    },
    url: { type: late, doc: 'The address of a webhook; for telegram and pagerduty, of another server than theirs.' },
    webhook_url: { type: late, doc: 'The address of a Slack or Discord webhook.' },
    to: {
      type: { is: 'list', of: late, single: true },
      doc: 'The addresses that mails go to (those of `agent.alerts.email`).',
    },
    headers: { type: { is: 'map', of: late }, doc: 'Headers of a webhook.' },
    allow_private: { type: bool, default: false, doc: 'Whether loopback and private addresses are allowed.' },
    secret: {
      type: late,
      doc: 'What messages of a webhook are signed with, so that the receiver can tell whose they are.',
    },
    token: { type: late, doc: 'The token of a Telegram bot.' },
    chat_id: { type: late, doc: 'The chat that a Telegram bot writes to.' },
    routing_key: { type: late, doc: 'The integration key of a PagerDuty service.' },
    command: { type: command, doc: 'The command that is run, with the message as JSON on its input.' },
    timeout: { type: duration, default: '15s', doc: 'How long one try may take.' },
    title: { type: text, doc: 'A Mustache template of the title: "{{status}}: {{summary}}".' },
    text: { type: text, doc: 'A Mustache template of the text: "{{#alerts}}{{summary}}{{/alerts}}".' },
    send_resolved: { type: bool, default: true, doc: 'Whether the end of an alert is told as well.' },
  },
})

export const notifyPolicy = block('How alerts are put together and repeated, and where they are told.', {
  attributes: { notify, ...grouping },
  blocks: { route },
})

export const inhibit = block('Alerts that keep others quiet.', {
  many: true,
  attributes: {
    source: { type: textMap, required: true, doc: 'Labels of the alert that keeps others quiet.' },
    target: { type: textMap, required: true, doc: 'Labels of those that it keeps quiet.' },
    equal: { type: texts, doc: 'The labels that both alerts must have in common.' },
  },
})
