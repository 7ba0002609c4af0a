import { stateWords } from '../../../contract/index.ts'
import { openService, setAttribute, start } from '../fixes.ts'
import { portsIn, refusedIn, saysPortTaken } from '../ports.ts'
import { clean } from '../words.ts'
import { first, type LineContext, type Pattern, says, type Told } from './pattern.ts'

/** Ports, names, certificates and servers that do not answer. */

function portTaken(_: RegExpExecArray, { lines }: LineContext): Told | undefined {
  if (!saysPortTaken(lines)) return undefined
  const port = portsIn(lines)[0]
  return port === undefined
    ? { sentence: 'A port that it listens on is already in use', fact: 'listens on a port that is already in use' }
    : { sentence: `Port ${port} is already in use`, subject: `port ${port}`, fact: 'was in use when it started' }
}

function lowPort(groups: RegExpExecArray, { facts }: LineContext): Told | undefined {
  const port = Number(groups[1])
  if (!(port > 0 && port < 1024)) return undefined
  const declared = facts.port?.port === port && facts.port.range ? facts.port.freePort : undefined
  return {
    sentence: `Port ${port} needs rights that it does not have: ports below 1024 are kept for root`,
    subject: `port ${port}`,
    fact: 'is below 1024 and so kept for root',
    ...(declared !== undefined && {
      fixes: [setAttribute(`Use port ${declared}`, facts, { attribute: 'ports', value: declared, replaces: port })],
    }),
  }
}

function refused(_: RegExpExecArray, { facts, factsOf, lines }: LineContext): Told {
  const address = refusedIn(lines)[0]
  if (!address) return { sentence: 'Nobody answers where it connects to', fact: 'was refused a connection' }
  const where = clean(`${address.host}:${address.port}`, 100)
  const service = facts.refused?.port === address.port ? facts.refused.service : undefined
  const other = service === undefined ? undefined : factsOf(service)
  if (service === undefined) {
    return {
      sentence: `Nobody answers at ${where}`,
      subject: where,
      fact: 'refuses the connection: nobody listens there',
    }
  }
  const name = clean(service, 64)
  const state = other ? stateWords[other.state].toLowerCase() : 'not known'
  return {
    sentence: `Nobody answers at ${where}, the port of ${name}, which is ${state}`,
    subject: name,
    fact: `is ${state} and does not listen on port ${address.port}`,
    links: [{ subject: where, fact: 'refuses the connection' }],
    fixes: [...(other && other.state !== 'running' ? [start(service)] : []), openService(service)],
  }
}

function unknownHost(groups: RegExpExecArray, { factsOf }: LineContext): Told {
  const host = first(groups)
  const ours = host !== '' && factsOf(host) !== undefined
  return {
    sentence: `The host name ${host || 'that it connects to'} is not known${ours ? '; it is a service here, reached at localhost' : ''}`,
    subject: host || 'host name',
    fact: ours ? 'is no host name but a service on this machine, reached at localhost' : 'is not known to DNS',
  }
}

const certificate = (what: string): Told => ({
  sentence: `A certificate ${what}`,
  subject: 'certificate',
  fact: what,
})

export const networkPatterns: { early: readonly Pattern[]; late: readonly Pattern[] } = {
  early: [
    {
      id: 'port-taken',
      match:
        /EADDRINUSE|already in use|BindException|already running on port|port .{0,40}(?:in use|taken|occupied)|failed to bind|connection in use/i,
      tell: portTaken,
    },
    {
      id: 'low-port',
      match: /(?:listen|bind|binding).{0,80}?[:\s](\d{1,5})\b.{0,60}(?:permission denied|EACCES|not permitted)/i,
      tell: lowPort,
    },
    { id: 'low-port-node', match: /\bEACCES\b.{0,60}[\d.*:\]]+:(\d{1,5})\b/i, tell: lowPort },
    {
      id: 'address-not-here',
      match: /EADDRNOTAVAIL.{0,20}?(\S{0,80})$|cannot assign requested address/i,
      tell: (groups) => ({
        sentence: `It listens on an address that this machine does not have${first(groups) ? `: ${first(groups)}` : ''}`,
        fact: 'listens on an address that this machine does not have',
      }),
    },
    says(
      'certificate-expired',
      /CERT_HAS_EXPIRED|certificate has expired|certificate expired|\(certificate_expired\)/i,
      () => certificate('has expired'),
    ),
    says('certificate-self', /self[- ]signed certificate|DEPTH_ZERO_SELF_SIGNED_CERT/i, () =>
      certificate('is self-signed and so not trusted'),
    ),
    says(
      'certificate-name',
      /ERR_TLS_CERT_ALTNAME_INVALID|certificate is (?:not )?valid for|doesn't match certificate|hostname mismatch/i,
      () => certificate('is for another host name'),
    ),
    says(
      'certificate-chain',
      /unable to (?:verify the first certificate|get local issuer certificate)|certificate signed by unknown authority|CERTIFICATE_VERIFY_FAILED/i,
      () => certificate('is signed by nobody whom this system trusts'),
    ),
  ],
  late: [
    { id: 'host-unknown', match: /\b(?:ENOTFOUND|EAI_AGAIN) ([\w.-]{1,120})/, tell: unknownHost },
    { id: 'host-unknown-go', match: /\blookup ([\w.-]{1,120})\b.{0,80}no such host/, tell: unknownHost },
    { id: 'host-unknown-libpq', match: /could not translate host name "([^"]{1,120})"/, tell: unknownHost },
    { id: 'host-unknown-curl', match: /Could not resolve host:? ([\w.-]{1,120})/, tell: unknownHost },
    {
      id: 'host-unknown-c',
      match: /Name or service not known|Temporary failure in name resolution|nodename nor servname/,
      tell: unknownHost,
    },
    {
      id: 'socket',
      match: /(?:on socket "|through socket '|connect (?:ENOENT|ECONNREFUSED|EACCES) )(\/[^\s"']{1,200})/,
      tell: (groups) => ({
        sentence: `Nobody answers at ${first(groups)}`,
        subject: first(groups),
        fact: 'is a socket that nobody listens on',
      }),
    },
    {
      id: 'refused',
      match: /ECONNREFUSED|connection refused|failed to connect to|can't connect to (?:mysql )?server/i,
      tell: refused,
    },
    says(
      'timed-out',
      /(?:ETIMEDOUT|ESOCKETTIMEDOUT|connection timed out|i\/o timeout).{0,10}?((?:[\w.-]{1,100}:\d{1,5})?)$/i,
      (where) => ({
        sentence: `${where || 'A server that it connects to'} did not answer in time`,
        ...(where && { subject: where }),
        fact: 'did not answer in time',
      }),
    ),
    says('unreachable', /EHOSTUNREACH|ENETUNREACH|No route to host|Network is unreachable/i, () => ({
      sentence: 'There is no way through the network to the server that it connects to',
      subject: 'network',
      fact: 'leads nowhere near that server',
    })),
  ],
}
