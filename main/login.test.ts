import { expect, it, vi } from 'vitest'
import { desktopEntry } from './login.ts'

// Outside of Electron its package is only the path of its program.
vi.mock('electron', () => ({ app: {} }))

it('quotes what would mean something to a desktop', () => {
  const lines = desktopEntry(['/opt/my apps/hxe', '--config', '/a"b`c$d\\e%f']).split('\n')
  expect(lines).toContain('Exec="/opt/my apps/hxe" "--config" "/a\\\\"b\\\\`c\\\\$d\\\\\\\\e%%f"')
})
