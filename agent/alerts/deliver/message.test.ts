import { expect, it } from 'vitest'
import { escapeSlack } from './channels/chat.ts'
import { htmlOf } from './channels/mail.ts'
import { webhookBody } from './channels/webhook.ts'
import { alertOf, noticeOf } from './fixtures/world.ts'
import { composeMessage, cut } from './message.ts'

it('says what is wrong, how grave it is and what to read', () => {
  const notice = noticeOf('1', 'hook', {
    alerts: [
      alertOf({ runbook: 'https://example.com/runbook' }),
      alertOf({ summary: 'api is slow', severity: 'warning' }),
    ],
  })
  expect(composeMessage(notice, {})).toEqual({
    title: 'web is down, and 1 more',
    text: [
      'web is down (critical, since 2026-01-01T00:00:00.000Z)',
      'https://example.com/runbook',
      'api is slow (warning, since 2026-01-01T00:00:00.000Z)',
    ].join('\n'),
    severity: 'critical',
  })
  expect(composeMessage({ ...notice, status: 'resolved' }, {}).title).toBe('Resolved: web is down, and 1 more')
})

it('follows templates over alerts and labels', () => {
  const notice = noticeOf('1', 'hook', { alerts: [alertOf({ labels: { team: 'a' } })] })
  const templates = { title: '{{service}} {{status}}', text: '{{#alerts}}{{labels.team}}: {{summary}}{{/alerts}}' }
  expect(composeMessage(notice, templates)).toMatchObject({ title: 'web firing', text: 'a: web is down' })
})

it('uses the usual words where a template is wrong, and says what is', () => {
  const message = composeMessage(noticeOf('1', 'hook'), { text: '{{#alerts}}{{summary}}' })
  expect(message.text).toContain('web is down')
  expect(message.problem).toContain('Unclosed section')
})

it('runs nothing that a template names', () => {
  const text = '{{constructor.constructor}}{{__proto__.x}}{{#alerts.map}}x{{/alerts.map}}{{toString}}'
  const { text: shown } = composeMessage(noticeOf('1', 'hook'), { text })
  expect(shown).not.toContain('function')
})

it('refuses a template that would become too long', () => {
  const alerts = Array.from({ length: 100 }, (_, index) => alertOf({ id: `a${index}` }))
  const nested = `${'{{#alerts}}'.repeat(5)}x${'{{/alerts}}'.repeat(5)}`
  expect(composeMessage(noticeOf('1', 'hook', { alerts }), { text: nested }).problem).toBe('it would become too long')
})

it('leaves no markup in what services are named', () => {
  const hostile = '<script>alert("1")</script> <!channel> & co'
  expect(htmlOf(hostile, hostile)).not.toContain('<script')
  expect(escapeSlack(hostile)).not.toContain('<!channel>')
  const alerts = [alertOf({ summary: hostile })]
  expect(composeMessage(noticeOf('1', 'slack', { alerts }), {}, escapeSlack).text).not.toMatch(/[<>]/)
})

it('tells a hundred alerts, and how many more there are', () => {
  const alerts = Array.from({ length: 130 }, (_, index) => alertOf({ id: `a${index}`, summary: `s${index} is down` }))
  const { text } = composeMessage(noticeOf('1', 'hook', { alerts }), {})
  expect(text).toContain('s99 is down')
  expect(text).not.toContain('s100 is down')
  expect(text).toMatch(/and 30 more$/)
})

it('says of what was missed that it is over and how many alerts that were', () => {
  const ended = alertOf({ state: 'resolved', endsAt: '2026-01-01T00:05:00.000Z' })
  const notice = noticeOf('1', 'hook', { status: 'resolved', alerts: [ended, ended], missed: 150 })
  const { title, text } = composeMessage(notice, {})
  expect(title).toBe('Fired and ended unheard: web is down, and 149 more')
  expect(text).toMatch(/, ended 2026-01-01T00:05:00.000Z\)\nand 148 more$/)
  expect(JSON.parse(webhookBody(notice))).toMatchObject({ status: 'resolved', missed: 150, truncatedAlerts: 148 })
})

it('cuts where a character ends', () => {
  expect(cut('abc', 3)).toBe('abc')
  expect(cut('ab😀cd', 4)).toBe('ab…')
})
