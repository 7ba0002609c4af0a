import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Why } from '../../../contract/index.ts'
import { service } from '../../store/samples.ts'
import { WhyPanel } from './WhyPanel.tsx'

const why: Why = {
  sentence: 'Port 3000 is held by node (pid 4123)',
  chain: [
    { subject: 'node (pid 4123)', fact: 'listens on port 3000' },
    { subject: 'web', fact: 'gave up after 5 starts', at: '2026-01-01T00:00:00Z' },
  ],
  fixes: [
    { label: 'Stop pid 4123 and start', action: { kind: 'end-process', pid: 4123, startTime: '1', thenStart: 'web' } },
    { label: 'Start again', action: { kind: 'service', verb: 'start', service: 'web' } },
  ],
  lastLines: ['<b>Error</b>: listen EADDRINUSE'],
}
const failed = service({ name: 'web', state: 'failed', exitCode: 1, restarts: 5, why })
const markup = (part: Partial<Why> = {}): string =>
  renderToStaticMarkup(<WhyPanel service={failed} why={{ ...why, ...part }} />)

describe('WhyPanel', () => {
  it('says the sentence and how it ended', () => {
    expect(markup()).toContain('<h2 class="reason">Port 3000 is held by node (pid 4123)</h2>')
    expect(markup()).toContain('Exit code 1 · started again 5 times')
  })

  it('marks the first link as the cause, but not a link that stands alone', () => {
    expect(markup().match(/Cause/g)).toHaveLength(1)
    expect(markup({ chain: why.chain.slice(0, 1) })).not.toContain('Cause')
  })

  it('fills the button of the first fix only', () => {
    expect(markup().match(/btn primary/g)).toHaveLength(1)
    expect(markup()).toMatch(/btn primary[^>]*>Stop pid 4123 and start/)
  })

  it('shows what a service wrote as text', () => {
    expect(markup()).toContain('&lt;b&gt;Error&lt;/b&gt;')
  })

  it('leaves out what is not known', () => {
    const bare = markup({ chain: [], fixes: [], lastLines: [] })
    expect(bare).not.toContain('What led to it')
    expect(bare).not.toContain('Last lines')
  })
})
