import type {
  Alert,
  AlertDetail,
  AlertQuery,
  AlertRule,
  AlertsSummary,
  Delivery,
  Maintenance,
  MessagePreview,
  NewSilence,
  Notification,
  RuleDraft,
  RuleTrial,
  Silence,
} from '../../contract/index.ts'
import type { Caller } from '../caller.ts'
import type { Trace } from '../trace.ts'

/** What carriers ask about alerts. */
export interface AlertsDesk {
  summary(): AlertsSummary
  list(query: AlertQuery): Promise<{ items: Alert[]; nextCursor?: string }>
  /** @throws NOT_FOUND */
  get(id: string): Promise<AlertDetail>
  acknowledge(id: string, note: string, caller: Caller): Promise<Alert>
  unacknowledge(id: string, caller: Caller): Promise<Alert>
  silences(query: { ended: boolean }): Promise<Silence[]>
  /** @throws BAD_INPUT for a matcher, a time or an end that is none */
  silence(silence: NewSilence, caller: Caller): Promise<Silence>
  endSilence(id: string, caller: Caller): Promise<Silence>
  rules(): AlertRule[]
  draft(rule: RuleDraft): Promise<string>
  /** What a rule would have done over what is kept. Wrong conditions are an answer, no error. */
  test(request: { rule: RuleDraft; from: string; to?: string }): Promise<RuleTrial>
  /** @throws BAD_INPUT, CONFIG_INVALID, CONFLICT for a name that is built in; then nothing is changed */
  writeRule(rule: RuleDraft & { file?: string }, caller: Caller): Promise<AlertRule>
  removeRule(name: string, caller: Caller): Promise<void>
  notifications(): Notification[]
  /** @throws NOT_FOUND */
  sendTest(name: string, caller: Caller): Promise<{ delivered: boolean; text: string }>
  preview(request: { name: string; alert?: string; title?: string; text?: string }): Promise<MessagePreview>
  deliveries(query: { limit: number; before?: string; notification?: string; state?: string }): Promise<Delivery[]>
  /** @throws NOT_FOUND, CONFLICT for what has arrived */
  retry(id: string): Promise<Delivery>
  maintenance(): Maintenance[]
}

/** What shall be told: the alerts of one group, to one notification. */
export interface Notice {
  /** The same when the same is told again after a crash, so that nobody is told twice who can tell. */
  id: string
  notification: string
  status: 'firing' | 'resolved'
  groupLabels: Readonly<Record<string, string>>
  alerts: readonly Alert[]
  /** It sums up what fired and ended while the notification was told too often: how many that were, listed or not. */
  missed?: number | undefined
}

/** Brings notices to their receivers, however long it takes. */
export interface Deliverer {
  /**
   * Resolves when the notice is on disk: from then on it is delivered at least once, also after a kill. It is on disk
   * together with what is kept in the same go.
   */
  deliver(notice: Notice): Promise<void>
  /** Each try that ended, well or not. Returns the clean-up. */
  onOutcome(listener: (delivery: Delivery, notice: Notice) => void): () => void
  notifications(): Notification[]
  sendTest(name: string, trace?: Trace): Promise<{ delivered: boolean; text: string }>
  preview(request: { name: string; alerts: readonly Alert[]; title?: string; text?: string }): Promise<MessagePreview>
  deliveries(query: {
    limit: number
    before?: string
    notification?: string
    state?: string
    alert?: string
  }): Promise<Delivery[]>
  retry(id: string): Promise<Delivery>
}
