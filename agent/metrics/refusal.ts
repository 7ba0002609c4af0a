import type { SeriesRefusal } from '../store/index.ts'

const until = 'are not recorded until old ones have been pruned'

/** For a person, why something new is not recorded; of a service where it is its own doing. */
export function describeRefusal({ of, kind, name, most }: SeriesRefusal): { service?: string; text: string } {
  const count = most.toLocaleString('en')
  const series = `${count} series of different names or labels`
  switch (of) {
    case 'one': {
      const text = `${series} have been told of, which is all that one may: new ones ${until}. Leave out labels that change all the time`
      return kind === 'service' ? { service: name, text } : { text: `Of ${name} ${text}` }
    }
    case 'all':
      return { text: `${series} are recorded, which is all that there is room for: new ones, now of ${name}, ${until}` }
    case 'subjects':
      return {
        text: `${count} services and hosts are recorded, which is all that there is room for: ${name} and other new ones ${until}`,
      }
  }
}
