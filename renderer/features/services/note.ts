import { remainingInWords, type Service, stateWords } from '../../../contract/index.ts'
import { absoluteTime, capitalise, timeOfDay } from '../../parts/index.ts'

/** The few words behind a state in a list: nothing while all is as it should be, else why, or what comes next. */
export function noteOf(service: Service, nowMs: number): string {
  const { state, why, reason, nextStartAt, lastHeardAt } = service
  if (lastHeardAt !== undefined) return `since ${whenOf(lastHeardAt)}, was ${stateWords[state].toLowerCase()}`
  if (state === 'running') return why ? behindWord(why.sentence) : ''
  const text = capitalise(why?.sentence ?? reason.text)
  if (nextStartAt === null) return text
  if (state === 'backoff') return `Again ${countdown(Date.parse(nextStartAt) - nowMs)}. ${text}`
  const next = timeOfDay(nextStartAt, 'minutes')
  return state === 'waiting' ? `Next run ${next}` : `${text}, next ${next}`
}

/** `Unhealthy: …` stands behind that word already. */
const behindWord = (sentence: string): string => sentence.replace(/^unhealthy: /i, '')

/** With its day where that is not today. */
const whenOf = (iso: string): string =>
  new Date(iso).toDateString() === new Date().toDateString() ? timeOfDay(iso) : absoluteTime(iso)

const countdown = (leftMs: number): string => (leftMs > 0 ? `in ${remainingInWords(leftMs)}` : 'now')
