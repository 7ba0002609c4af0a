import { Choice } from '../../parts/index.ts'
import type { ConnectionDraft, SignInKind } from './connection.ts'
import { SecretText } from './SecretText.tsx'
import { TextLine } from './TextLine.tsx'

const kinds: readonly (readonly [SignInKind, string])[] = [
  ['none', 'None'],
  ['token', 'Token'],
  ['user', 'User'],
  ['creds', 'Creds file'],
  ['nkey', 'NKey'],
]

export interface DraftProps {
  draft: ConnectionDraft
  onChange: (part: Partial<ConnectionDraft>) => void
}

/** How one signs in; `isKept` where something is kept that can stay. */
export function CredentialFields({ draft, isKept, onChange }: DraftProps & { isKept: boolean }) {
  const { kind } = draft
  return (
    <>
      <div className="field-line">
        <span aria-hidden="true">Sign in by</span>
        <Choice
          name="Sign in by"
          value={kind}
          options={isKept ? [['kept', 'As before'], ...kinds] : kinds}
          onChange={(chosen) => onChange({ kind: chosen })}
        />
      </div>
      {kind === 'none' && (
        <p className="dim sm">
          Nothing, or the client certificate below. Without either only a server on this machine is joined.
        </p>
      )}
      {kind === 'token' && (
        <TextLine label="Token" value={draft.token} isSecret onChange={(token) => onChange({ token })} />
      )}
      {kind === 'user' && (
        <>
          <TextLine label="User" value={draft.username} onChange={(username) => onChange({ username })} />
          <TextLine label="Password" value={draft.password} isSecret onChange={(password) => onChange({ password })} />
        </>
      )}
      {kind === 'creds' && (
        <SecretText
          label="Creds file"
          value={draft.creds}
          placeholder="-----BEGIN NATS USER JWT-----"
          accept=".creds,.txt"
          onChange={(creds) => onChange({ creds: creds ?? '' })}
        />
      )}
      {kind === 'nkey' && (
        <SecretText
          label="NKey seed"
          value={draft.seed}
          placeholder="SU…"
          accept=".nk,.seed,.txt"
          onChange={(seed) => onChange({ seed: seed ?? '' })}
        />
      )}
    </>
  )
}

/** What proves who the server is, and who this side is. */
export function TlsFields({ draft, onChange }: DraftProps) {
  return (
    <details className="more" open={draft.ca === null || draft.cert === null}>
      <summary>TLS</summary>
      <p className="dim sm">
        The authority is needed for a server whose certificate no public one has signed; certificate and key where the
        server asks for them.
      </p>
      <SecretText
        label="Authority of the server"
        value={draft.ca}
        placeholder="-----BEGIN CERTIFICATE-----"
        accept=".pem,.crt,.cer"
        onChange={(ca) => onChange({ ca })}
      />
      <SecretText
        label="Client certificate"
        value={draft.cert}
        placeholder="-----BEGIN CERTIFICATE-----"
        accept=".pem,.crt,.cer"
        onChange={(cert) => onChange({ cert })}
      />
      <SecretText
        label="Its private key"
        value={draft.key}
        placeholder="-----BEGIN PRIVATE KEY-----"
        accept=".pem,.key"
        onChange={(key) => onChange({ key })}
      />
    </details>
  )
}

/** What is between the agents themselves. */
export function CommandFields({ draft, onChange }: DraftProps) {
  return (
    <details className="more">
      <summary>Commands to other hosts</summary>
      <p className="dim sm">
        On a server that asks for a credential, hosts obey signed commands alone.{' '}
        <code>hxe hosts keys NAME --controller</code> makes a seed to sign with, and says which public key the others
        have to trust.
      </p>
      <SecretText
        label="Signing seed"
        value={draft.signingSeed}
        placeholder="SU…"
        accept=".nk,.seed,.txt"
        onChange={(signingSeed) => onChange({ signingSeed })}
      />
      <TextLine
        label="Trusted keys"
        value={draft.trustedKeys}
        placeholder="U…, of those whose commands this host obeys"
        onChange={(trustedKeys) => onChange({ trustedKeys })}
      />
      <TextLine
        label="Subject prefix"
        value={draft.subjectPrefix}
        placeholder="hxe"
        onChange={(subjectPrefix) => onChange({ subjectPrefix })}
      />
    </details>
  )
}
