import { errorOf, inBulks, listInWords, type Service, type ServiceVerb } from '../../contract/index.ts'
import { client } from '../connection/index.ts'
import { navigate, servicePath, withQuery } from '../router/index.ts'
import { askPerson, showAnswers, showAsked, showError, showUndo, usePanel } from '../store/index.ts'
import { dependentsOf, stoppedNeedsOf } from './consequences.ts'

const notDone: Readonly<Record<ServiceVerb, string>> = {
  start: 'did not start',
  stop: 'did not stop',
  restart: 'did not restart',
  reload: 'did not reload',
  enable: 'was not enabled',
  disable: 'was not disabled',
}

/** So many are named in a sentence, the rest counted. */
const mostNamed = 3

const servicesNow = (): ReadonlyMap<string, Service> => usePanel.getState().model.services

/** "web-app", "web-app and api", "web-app, api, worker and 4 more". */
function inWords(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed)
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return listInWords(shown)
}

/** Shows the wish at once, tells the agent, and puts back what was if it refuses. The names of what was done. */
export async function runVerb(names: readonly string[], verb: ServiceVerb): Promise<string[]> {
  showAsked(names, verb)
  const done: string[] = []
  const refused: Refusal[] = []
  for (const some of inBulks(names)) {
    const answers = new Map<string, Service | undefined>(some.map((name) => [name, undefined]))
    try {
      for (const result of (await client.services.act({ verb, names: some })).items) {
        if (result.ok) {
          answers.set(result.name, result.service)
          done.push(result.name)
        } else refused.push({ name: result.name, why: errorOf(result.problem) })
      }
    } catch (error) {
      refused.push(...some.map((name) => ({ name, why: error })))
    }
    showAnswers(answers)
  }
  if (refused.length > 0) sayRefused(refused, verb)
  return done
}

interface Refusal {
  name: string
  why: unknown
}

function sayRefused(refused: readonly Refusal[], verb: ServiceVerb): void {
  const names = refused.map(({ name }) => name)
  const [first] = refused
  if (!first) return
  const again = { label: 'Try again', run: () => void runVerb(names, verb) }
  const why =
    names.length === 1
      ? { label: 'Show why', run: () => navigate(servicePath(first.name)) }
      : { label: 'Show them', run: () => navigate(withQuery('/services', { filter: 'state:attention ' })) }
  showError(`${inWords(names)} ${notDone[verb].replace(/^was/, names.length > 1 ? 'were' : 'was')}`, first.why, [
    again,
    why,
  ])
}

/** Stops; asks first where others that are up need them, and can be taken back. */
export async function stopServices(chosen: readonly Service[]): Promise<void> {
  const dependents = dependentsOf(servicesNow(), chosen)
  const names = chosen.map(({ name }) => name)
  const all = [...dependents.map(({ name }) => name), ...names]
  let hit = names
  if (dependents.length > 0) {
    const what = inWords(names)
    const choice = await askPerson({
      title: `Stop ${what}?`,
      text: `${dependents.length} running ${dependents.length === 1 ? 'service depends' : 'services depend'} on ${chosen.length === 1 ? 'it' : 'them'}.`,
      hit: dependents.map(({ name, dependsOn }) => ({ name, note: `needs ${inWords(dependsOn)}` })),
      choices: [
        { id: 'only', label: `Stop only ${chosen.length === 1 ? what : `these ${chosen.length}`}` },
        { id: 'all', label: `Stop all ${all.length}`, look: 'primary' },
      ],
    })
    if (choice === null) return
    if (choice === 'all') hit = all
  } else if (!(await isMeantOnHosts(chosen))) return
  const wereUp = new Set(hit.filter((name) => servicesNow().get(name)?.desired === 'up'))
  const stopped = await runVerb(hit, 'stop')
  const undone = stopped.filter((name) => wereUp.has(name))
  if (undone.length > 0) showUndo(`Stopped ${inWords(undone)}`, () => void runVerb(undone, 'start'))
}

/** Of more than one host it is asked first: a choice of many is quickly made. */
async function isMeantOnHosts(chosen: readonly Service[]): Promise<boolean> {
  const hosts = new Map<string, number>()
  for (const { host } of chosen) hosts.set(host, (hosts.get(host) ?? 0) + 1)
  if (hosts.size < 2) return true
  const choice = await askPerson({
    title: `Stop ${inWords(chosen.map(({ name }) => name))}?`,
    text: `They are on ${hosts.size} hosts: ${inWords([...hosts].map(([host, count]) => `${count} on ${host}`))}.`,
    choices: [{ id: 'stop', label: `Stop ${chosen.length} services`, look: 'danger' }],
  })
  return choice !== null
}

/** Starts; what they need and a person has stopped is offered with them. */
export async function startServices(chosen: readonly Service[]): Promise<void> {
  const names = chosen.map(({ name }) => name)
  const needs = stoppedNeedsOf(servicesNow(), chosen)
  if (needs.length === 0) return void (await runVerb(names, 'start'))
  const what = inWords(names)
  const choice = await askPerson({
    title: `Start ${what}?`,
    text: `${chosen.length === 1 ? 'It needs' : 'They need'} what has been stopped, and would wait for it.`,
    hit: needs.map(({ name, reason }) => ({ name, note: reason.text })),
    choices: [
      { id: 'only', label: `Start only ${chosen.length === 1 ? what : `these ${chosen.length}`}` },
      { id: 'all', label: `Start all ${names.length + needs.length}`, look: 'primary' },
    ],
  })
  if (choice === null) return
  await runVerb(choice === 'all' ? [...needs.map(({ name }) => name), ...names] : names, 'start')
}
