import { expect, it } from 'vitest'
import { externalAddress } from './address.ts'

it('opens nothing but https and loopback outside', () => {
  expect(externalAddress('https://example.com/')).toBe('https://example.com/')
  expect(externalAddress('http://127.0.0.1:80/')).toBeDefined()
  for (const bad of ['file:///etc/passwd', 'http://example.com', 'javascript:1', 'https://a:b@c.d', 5])
    expect(externalAddress(bad)).toBeUndefined()
})
