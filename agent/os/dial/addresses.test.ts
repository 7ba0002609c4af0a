import { expect, test } from 'vitest'
import { addressRefusal } from './addresses.ts'

const refused = (address: string, policy: 'nearby' | 'public'): boolean => addressRefusal(address, policy) !== undefined

test.each([
  '169.254.169.254',
  '169.254.1.1',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  '100.100.100.200',
  '192.0.0.192',
])('%s is never dialled', (address) => {
  expect(refused(address, 'nearby')).toBe(true)
  expect(refused(address, 'public')).toBe(true)
})

test.each([
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::169.254.169.254',
  '2002:a9fe:a9fe::1',
  '::169.254.169.254',
])('%s is never dialled, since it carries a metadata address', (address) =>
  expect(refused(address, 'nearby')).toBe(true),
)

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '::1',
  '::',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  'fd12::1',
])('%s is reached by a probe and not by what goes outside', (address) => {
  expect(refused(address, 'nearby')).toBe(false)
  expect(refused(address, 'public')).toBe(true)
})

test.each(['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1'])('%s counts as what it carries', (address) => {
  expect(refused(address, 'nearby')).toBe(false)
  expect(refused(address, 'public')).toBe(true)
})

test.each(['93.184.216.34', '2606:2800:220:1::1', '::ffff:93.184.216.34'])('%s is public', (address) =>
  expect(refused(address, 'public')).toBe(false),
)

test.each(['224.0.0.1', '255.255.255.255', 'ff02::1', 'no address'])('%s is nothing to dial', (address) =>
  expect(refused(address, 'nearby')).toBe(true),
)
