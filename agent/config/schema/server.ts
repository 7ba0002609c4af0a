import { block, bool, duration, fromEnv, late, lateFile, oneOf, port, texts, whole } from './parts.ts'

export const server = block('The listener that other machines reach.', {
  attributes: {
    host: { type: fromEnv, default: '127.0.0.1', doc: 'The address it listens on; "0.0.0.0" for all of this machine.' },
    port: { type: port, default: 8080, doc: 'The port it listens on.' },
  },
  blocks: {
    tls: block('Encryption of the connections to it.', {
      attributes: {
        enabled: { type: bool, default: true, doc: 'Whether connections are encrypted.' },
        cert_file: { type: lateFile, doc: 'The file of the certificate, in PEM form.' },
        key_file: { type: lateFile, doc: "The file of the certificate's private key, in PEM form." },
      },
    }),
    auth: block('Who may call, and how they say who they are.', {
      later: true,
      attributes: {
        type: { type: oneOf('jwt', 'api_key', 'oidc', 'none'), default: 'jwt', doc: 'How a caller says who they are.' },
        secret: { type: late, doc: 'What tokens are signed with.' },
        token_expiry: { type: duration, default: '24h', doc: 'How long a sign-in lasts.' },
      },
    }),
    cors: block('Which web pages of other origins may call.', {
      attributes: {
        allowed_origins: { type: texts, doc: 'Their origins: "https://app.example.com".' },
        allowed_methods: {
          type: { is: 'list', of: { is: 'text', format: 'http-method' } },
          doc: 'The HTTP methods that these pages may use.',
        },
      },
    }),
    rate_limit: block('How often one caller may ask.', {
      attributes: {
        requests_per_minute: {
          type: whole(1),
          required: true,
          doc: 'How many requests a caller may make in a minute.',
        },
        burst_size: { type: whole(1), doc: 'How many requests a caller may make at once (`requests_per_minute`).' },
      },
    }),
  },
})
