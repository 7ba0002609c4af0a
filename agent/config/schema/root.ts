import { agent } from './agent.ts'
import { alertSchema, inhibit, maintenance, notification, notifyPolicy } from './alerting.ts'
import { any, block, bool, late, oneOf, text } from './parts.ts'
import { server } from './server.ts'
import { serviceSchema } from './service.ts'
import type { BlockSchema } from './types.ts'

const variable = block('A value that is given from outside.', {
  label: 'one',
  many: true,
  attributes: {
    type: {
      type: oneOf('string', 'number', 'bool', 'list', 'map', 'any'),
      default: 'any',
      doc: 'What kind of value it is.',
    },
    default: { type: any, doc: 'Its value where none is given.' },
    description: { type: text, doc: 'What it is for.' },
    sensitive: { type: bool, default: false, doc: 'Whether it is masked wherever it is shown.' },
  },
})

export const rootSchema: BlockSchema = block('The configuration.', {
  attributes: {
    include: {
      type: { is: 'list', of: { is: 'text', format: 'hcl-file' }, single: true },
      doc: 'Further files, relative to this one; patterns are allowed. This file overrides what it includes.',
    },
  },
  blocks: {
    variable,
    locals: block('Values that are used several times.', { many: true, anyAttribute: any }),
    agent,
    server,
    template: { ...serviceSchema, doc: 'Attributes that services take over with `extends`.' },
    group: block('Services that belong together, for display and selection.', {
      label: 'one',
      many: true,
      attributes: {
        description: { type: text, default: '', doc: 'What it is, in a sentence.' },
        order: { type: { is: 'number', whole: true }, default: 0, doc: 'Where it stands among groups, lowest first.' },
      },
    }),
    app: block('Services that together make one thing.', {
      label: 'one',
      many: true,
      attributes: {
        services: {
          type: { is: 'list', of: { is: 'text', format: 'service' } },
          required: true,
          doc: 'The services that it is made of.',
        },
        description: { type: text, default: '', doc: 'What it is, in a sentence.' },
      },
    }),
    field: block('A custom field of services.', {
      label: 'one',
      many: true,
      attributes: {
        type: {
          type: oneOf('string', 'number', 'bool', 'list'),
          default: 'string',
          doc: 'What kind of value it takes.',
        },
        required: { type: bool, default: false, doc: 'Whether every service must have it.' },
        description: { type: text, doc: 'What it is for.' },
      },
    }),
    credential: block('A secret that values refer to as "credential:NAME".', {
      label: 'one',
      many: true,
      later: true,
      attributes: {
        from: {
          type: late,
          doc: 'Where it comes from; without it, it is set in the panel or with `hxe credential set`.',
        },
        description: { type: text, doc: 'What it is for.' },
      },
    }),
    services: block('A frame around services; they may stand at the top of a file as well.', {
      many: true,
      blocks: { service: serviceSchema },
    }),
    service: serviceSchema,
    alert: alertSchema,
    notification,
    notify_policy: notifyPolicy,
    maintenance,
    inhibit,
  },
})
