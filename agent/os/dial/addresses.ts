import { BlockList, isIP } from 'node:net'

/**
 * Where a connection may go. Services of this machine and its network are `nearby`: a probe has to reach them. What a
 * person lets send to the outside may reach `public` addresses only. Nobody may reach link-local and metadata addresses.
 */
export type DialPolicy = 'nearby' | 'public'

function listOf(...ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [net = '', prefix = ''] = range.split('/')
    list.addSubnet(net, Number(prefix), net.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}

/** Link-local addresses, and those at which clouds hand out credentials. */
const neverAllowed = listOf(
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
)
/** To no single machine. */
const notOneMachine = listOf('224.0.0.0/4', '240.0.0.0/4', 'ff00::/8')
const loopback = listOf('127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128')
const privateNetworks = listOf(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '198.18.0.0/15',
  'fc00::/7',
  'fec0::/10',
)

/** Why an address may not be dialled, to stand behind its name; undefined where it may. */
export function addressRefusal(address: string, policy: DialPolicy): string | undefined {
  const plain = unwrapped(address)
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(plain) === 0) return 'is no address'
  if (neverAllowed.check(plain, family)) return 'is a link-local or metadata address, which is never dialled'
  if (notOneMachine.check(plain, family)) return 'is no address of one machine'
  if (policy === 'nearby') return undefined
  if (loopback.check(plain, family)) return 'is this machine, and only public addresses may be dialled here'
  if (privateNetworks.check(plain, family)) return 'is a private address, and only public ones may be dialled here'
  return undefined
}

/** The IPv4 address that some notations of IPv6 carry: mapped, compatible, NAT64, 6to4. */
function unwrapped(address: string): string {
  const bare = address.split('%', 1)[0] ?? ''
  if (isIP(bare) !== 6) return bare
  const groups = groupsOf(bare)
  const at = (index: number): number => groups[index] ?? 0
  const startsWith = (...first: number[]): boolean => first.every((group, index) => at(index) === group)
  const carried = (index: number): string =>
    [at(index) >> 8, at(index) & 255, at(index + 1) >> 8, at(index + 1) & 255].join('.')
  if (startsWith(0, 0, 0, 0, 0, 0xffff) || startsWith(0x64, 0xff9b, 0, 0, 0, 0)) return carried(6)
  if (startsWith(0x2002)) return carried(1)
  if (startsWith(0, 0, 0, 0, 0, 0) && at(6) !== 0) return carried(6)
  return bare
}

function groupsOf(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const hex = (high = '0', low = '0'): string => (Number(high) * 256 + Number(low)).toString(16)
  const text = dotted ? `${dotted[1]}${hex(dotted[2], dotted[3])}:${hex(dotted[4], dotted[5])}` : address
  const [head = '', tail] = text.split('::')
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const before = parse(head)
  const after = tail === undefined ? [] : parse(tail)
  return [...before, ...new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after]
}
