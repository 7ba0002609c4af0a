import { createUser, fromPublic } from '@nats-io/nkeys'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isSignedBy, signerOf } from './sign.ts'

const call = (input: unknown) =>
  ({ v: 1, host: 'atlas', op: 'operation-1', path: ['services', 'list'], input }) as Parameters<
    ReturnType<typeof signerOf>['sign']
  >[0]

it('a signature is what the library of the keys makes and takes, whatever is signed and by whomever', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (input) => {
      const pair = createUser()
      const key = pair.getPublicKey()
      const signed = signerOf(Buffer.from(pair.getSeed()).toString('utf8')).sign(call(input))
      expect(signed.key).toBe(key)
      expect(fromPublic(key).verify(Buffer.from(signed.call), Buffer.from(signed.sig ?? '', 'base64url'))).toBe(true)
      const theirs = Buffer.from(pair.sign(Buffer.from(signed.call))).toString('base64url')
      expect(isSignedBy({ ...signed, sig: theirs }, new Set([key]))).toBe(true)
      expect(isSignedBy({ ...signed, call: `${signed.call} ` }, new Set([key]))).toBe(false)
      expect(isSignedBy(signed, new Set([createUser().getPublicKey()]))).toBe(false)
    }),
    { numRuns: 20 },
  )
})

it('what is no seed, and no signature, is told apart', () => {
  expect(() => signerOf('nonsense')).toThrow('signing_seed is no seed of an nkey')
  const key = createUser().getPublicKey()
  for (const sig of ['', 'AAAA', 'nonsense!']) expect(isSignedBy({ call: '{}', key, sig }, new Set([key]))).toBe(false)
  expect(isSignedBy({ call: '{}', key: 'no key', sig: '' }, new Set(['no key']))).toBe(false)
})
