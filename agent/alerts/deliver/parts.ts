import type { Delivery } from '../../../contract/index.ts'
import type { Configuration, LateContext } from '../../config/index.ts'
import type { Clock } from '../../os/index.ts'
import type { DeliveryStore } from '../../store/types.ts'
import type { DesktopNotice } from './channels/index.ts'

/** What telling alerts is given: what is configured, where messages are kept, the clock and chance. */
export interface DeliverParts {
  configuration(): Pick<Configuration, 'notifications' | 'mail'> | undefined
  /** What late values are looked up in, as it is now. */
  late(): LateContext
  store: DeliveryStore
  clock: Clock
  hostName: string
  env: Readonly<Record<string, string>>
  newId(): string
  showOnDesktop(notice: DesktopNotice): void
  /** A notification has begun to fail: told once, until it has worked again. */
  onFailing(delivery: Delivery): void
  log: { warn(fields: object, message: string): void }
}
