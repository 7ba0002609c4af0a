import { expect, test } from 'vitest'
import { configurationOf, loadText } from './fixtures/load.ts'
import { secretValues } from './secrets.ts'

const namesOf = async (text: string) =>
  [...(await configurationOf(text)).notifications.values()].map(
    ({ name, type, builtIn }) => `${name} ${type} ${builtIn}`,
  )

const errorsOf = async (text: string) =>
  (await loadText(text)).diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ line, message }) => `${line}: ${message}`)

test('the desktop is told without a block', async () => {
  expect(await namesOf('')).toEqual(['desktop desktop true'])
})

test('what agent.alerts names has notifications, and a block of the name stands in their place', async () => {
  const seed = `agent {
  alerts {
    webhook_url = "https://hooks.slack.com/services/x"
    email {
      smtp_server = "smtp.example.com:587"
      to          = "ops@example.com"
    }
  }
}
`
  expect(await namesOf(seed)).toEqual(['desktop desktop true', 'webhook slack true', 'mail email true'])
  const own = `${seed}notification "webhook" {\n  type = "webhook"\n  url = "https://example.com"\n}\n`
  expect(await namesOf(own)).toContain('webhook webhook false')
})

test('each type says what it needs, at its own line', async () => {
  const block = (type: string) => `notification "a" {\n  type = "${type}"\n}\n`
  expect(await errorsOf(block('webhook'))).toEqual(['2: A notification of type "webhook" needs url.'])
  expect(await errorsOf(block('slack'))).toEqual(['2: A notification of type "slack" needs webhook_url.'])
  expect(await errorsOf(block('telegram'))).toEqual([
    '2: A notification of type "telegram" needs token.',
    '2: A notification of type "telegram" needs chat_id.',
  ])
  expect(await errorsOf(block('pagerduty'))).toEqual(['2: A notification of type "pagerduty" needs routing_key.'])
  expect(await errorsOf(block('command'))).toEqual(['2: A notification of type "command" needs command.'])
  expect(await errorsOf(block('email'))).toEqual([
    '2: A notification of type "email" needs a mail server, and there is none.',
  ])
  expect(await errorsOf(block('desktop'))).toEqual([])
})

test('addresses of chats and keys are kept out of the log', async () => {
  const configuration = await configurationOf(
    'notification "chat" {\n  type = "slack"\n  webhook_url = "env:CHAT"\n}\n' +
      'notification "duty" {\n  type = "pagerduty"\n  routing_key = "canary-key"\n}\n',
  )
  const values = secretValues(configuration, { CHAT: 'https://hooks.example.com/canary' })
  expect([...values].sort()).toEqual(['canary-key', 'https://hooks.example.com/canary'])
  expect(configuration.agentEnvNames).toContain('CHAT')
})

test('a template that is none is told at its place', async () => {
  const block = 'notification "a" {\n  type = "desktop"\n  text = "{{#alerts}}{{summary}}"\n}\n'
  expect(await errorsOf(block)).toEqual(['3: This template cannot be used: Unclosed section "alerts" at 22.'])
})
