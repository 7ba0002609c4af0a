import { lookup } from 'node:dns/promises'
import { createServer } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { dial } from './index.ts'

// The name server is the far side that a test cannot have: one whose answers change.
vi.mock('node:dns/promises', () => ({ lookup: vi.fn() }))

const answers = (...addresses: string[]) => {
  const mocked = vi.mocked(lookup) as unknown as ReturnType<typeof vi.fn>
  for (const address of addresses) mocked.mockResolvedValueOnce([{ address, family: 4 }])
  return mocked
}
afterEach(() => vi.mocked(lookup).mockReset())

test('an answer that changes between a check and the connection changes nothing: what is dialled is judged', async () => {
  const connections = { count: 0 }
  const server = createServer(() => {
    connections.count++
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const asked = answers('93.184.216.34', '127.0.0.1')
  // Somebody's check has had the first answer.
  await lookup('rebinding.example', { all: true })
  const dialling = dial({ host: 'rebinding.example', port, policy: 'public', signal: AbortSignal.timeout(15_000) })
  await expect(dialling).rejects.toMatchObject({ code: 'refused-address' })
  expect(asked).toHaveBeenCalledTimes(2)
  expect(connections.count).toBe(0)
  await new Promise((resolve) => server.close(resolve))
})

test.each(['169.254.169.254', '::ffff:7f00:1', '0.0.0.0'])('a name that is %s is refused', async (address) => {
  answers(address)
  const dialling = dial({ host: 'inside.example', port: 1, policy: 'public', signal: AbortSignal.timeout(15_000) })
  await expect(dialling).rejects.toMatchObject({ code: 'refused-address' })
})
