import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import {
  configStatusSchema,
  contract,
  diagnosticSchema,
  eventSchema,
  hostSchema,
  logLineSchema,
  problemSchema,
  serviceSchema,
  whySchema,
} from '../../contract/index.ts'
import { apiPrefix } from './rest.ts'

const description = `HXE runs the services that HCL files describe. Every call carries \`Authorization: Bearer TOKEN\` or \`X-API-Key: TOKEN\`.
Errors are RFC 9457 problems. Lists take \`limit\` (up to 10,000, more is cut) and \`cursor\`. Streams are server-sent events and resume with \`Last-Event-ID\`.`

type Document = Awaited<ReturnType<OpenAPIGenerator['generate']>>

const queryParameter = (name: string, description: string, schema: object) => ({
  name,
  in: 'query' as const,
  required: false,
  description,
  schema,
})

/** What REST allows beyond the contract: streams at a list's own address, and a verb's options in its query. */
function addRestWays(document: Document): Document {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const get = item?.get
    if (get && (path === '/logs' || path === '/services/{name}/logs')) {
      get.parameters = [
        ...(get.parameters ?? []),
        queryParameter('follow', 'Stream batches of lines as they come', { type: 'boolean' }),
      ]
    }
    if (get && path === '/events') get.description = 'With `Accept: text/event-stream`: what happens, live.'
    if (item?.post && /^\/services\/\{name\}\/(start|stop|restart|reload|enable|disable)$/.test(path)) {
      item.post.parameters = [
        ...(item.post.parameters ?? []),
        queryParameter('wait', 'Answer when the service is so', { enum: ['running', 'stopped', 'healthy'] }),
        queryParameter('timeoutMs', 'How long to wait; 504 with the present state after it', { type: 'integer' }),
      ]
    }
  }
  return document
}

/** Refusals have a media type of their own. */
function nameProblems(document: Document): Document {
  for (const item of Object.values(document.paths ?? {})) {
    for (const operation of [item?.get, item?.post, item?.put, item?.patch, item?.delete]) {
      for (const [status, answer] of Object.entries(operation?.responses ?? {})) {
        if (status < '400' || !('content' in answer) || !answer.content?.['application/json']) continue
        answer.content = { 'application/problem+json': answer.content['application/json'] }
      }
    }
  }
  return document
}

/** The OpenAPI 3.1 document of the contract as REST serves it. */
export async function describeApi(version: string): Promise<Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(contract, {
    info: { title: 'HXE', version, description },
    servers: [{ url: apiPrefix }],
    security: [{ bearer: [] }, { apiKey: [] }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
    commonSchemas: {
      Service: { schema: serviceSchema, strategy: 'output' },
      Why: { schema: whySchema, strategy: 'output' },
      Event: { schema: eventSchema, strategy: 'output' },
      LogLine: { schema: logLineSchema, strategy: 'output' },
      Host: { schema: hostSchema, strategy: 'output' },
      Diagnostic: { schema: diagnosticSchema, strategy: 'output' },
      ConfigStatus: { schema: configStatusSchema, strategy: 'output' },
      Problem: { schema: problemSchema, strategy: 'output' },
    },
    customErrorResponseBodySchema: { $ref: '#/components/schemas/Problem' },
  })
  return nameProblems(addRestWays(document))
}
