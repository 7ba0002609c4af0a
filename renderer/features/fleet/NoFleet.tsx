import { Link } from '../../router/index.ts'

/** What a fleet is and how one begins, where there is none. */
export function NoFleet() {
  return (
    <div className="lone">
      <h2 className="lead">This computer is in no fleet</h2>
      <p className="dim">
        Agents that share a NATS server see one another: services of any host can be started, stopped, read and edited
        here, as if they were on this computer.
      </p>
      <p>To try it on this machine, run a server, and join it:</p>
      <code className="code-block">npx hxe fleet dev</code>
      <code className="code-block">npx hxe hosts connect nats://127.0.0.1:4222</code>
      <p>For other machines, make keys, give each its own, and join the server that knows them:</p>
      <code className="code-block">npx hxe hosts keys laptop --controller</code>
      <code className="code-block">
        npx hxe hosts connect tls://nats.example.com:4222 --nkey laptop.nk --sign laptop.sign.nk
      </code>
      <p className="dim">
        It stands in the configuration as <Link to="/configuration">agent &#123; nats &#123; … &#125; &#125;</Link>.
      </p>
    </div>
  )
}
