import { checkTemplate } from '../../alerts/template/index.ts'
import type { Problems } from '../problems.ts'
import type { BlockSettings } from '../settings/read.ts'

/** What each type cannot do without; of attributes with a bar between them, one. */
const needs: Readonly<Record<string, readonly string[]>> = {
  webhook: ['url|webhook_url'],
  slack: ['webhook_url|url'],
  discord: ['webhook_url|url'],
  telegram: ['token', 'chat_id'],
  pagerduty: ['routing_key'],
  command: ['command'],
}

/** A notification has what its type needs, and mails have a server that takes them. */
export function checkNotifications(root: BlockSettings, problems: Problems): void {
  const [alerts] = root.blocks.get('agent')?.[0]?.blocks.get('alerts') ?? []
  const [email] = alerts?.blocks.get('email') ?? []
  for (const block of root.blocks.get('notification') ?? []) {
    checkTemplates(block, problems)
    const type = block.attributes.get('type')
    if (!block.complete || type === undefined || typeof type.value !== 'string') continue
    for (const need of needs[type.value] ?? []) {
      const names = need.split('|')
      if (names.some((name) => block.attributes.has(name))) continue
      problems.error(type.place, {
        code: 'missing-attribute',
        message: `A notification of type "${type.value}" needs ${names[0]}.`,
        expected: `${names[0]} = …`,
      })
    }
    if (type.value === 'email') checkMail(block, email, root.complete, problems)
  }
}

function checkTemplates(block: BlockSettings, problems: Problems): void {
  for (const name of ['title', 'text']) {
    const setting = block.attributes.get(name)
    const problem = typeof setting?.value === 'string' ? checkTemplate(setting.value) : undefined
    if (setting === undefined || problem === undefined) continue
    problems.error(setting.place, {
      code: 'wrong-template',
      message: `This template cannot be used: ${problem}.`,
      expected: 'a Mustache template: "{{#alerts}}{{summary}}{{/alerts}}"',
    })
  }
}

function checkMail(block: BlockSettings, email: BlockSettings | undefined, isWhole: boolean, problems: Problems): void {
  const { place } = block.attributes.get('type') ?? block
  if (email === undefined && isWhole) {
    problems.error(place, {
      code: 'missing-attribute',
      message: 'A notification of type "email" needs a mail server, and there is none.',
      expected: 'agent { alerts { email { smtp_server = "smtp.example.com:587" } } }',
    })
  }
  if (block.attributes.has('to') || email === undefined || email.attributes.has('to')) return
  problems.error(place, {
    code: 'missing-attribute',
    message: 'This notification does not say whom mails go to.',
    expected: 'to = ["ops@example.com"], here or in agent.alerts.email',
  })
}
