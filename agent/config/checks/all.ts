import type { Configuration } from '../model.ts'
import type { Problems } from '../problems.ts'
import { type BlockSettings, reportMissing } from '../settings/read.ts'
import { checkAlerts } from './alerts.ts'
import { checkCycles } from './cycles.ts'
import { checkFields } from './fields.ts'
import { checkHealthChecks } from './health.ts'
import { checkNotifications } from './notifications.ts'
import { checkPorts, checkSharedPorts } from './ports.ts'
import { checkDisabled, checkGroups, checkReferences } from './references.ts'
import { checkScrapes } from './scrapes.ts'
import { checkTelemetry } from './telemetry.ts'

/** What files must agree on among themselves: names that are referred to, ports, cycles, required fields. */
export function checkConfiguration(root: BlockSettings, configuration: Configuration, problems: Problems): void {
  checkRequired(root, problems)
  const services = root.blocks.get('service') ?? []
  // Where a whole block could not be read, a name that nobody has may be its own.
  if (root.complete) checkReferences(root, problems)
  checkDisabled(services, problems)
  checkGroups(root, problems)
  checkPorts(services, problems)
  checkSharedPorts(configuration, services, problems)
  checkCycles(services, problems)
  checkFields(root, services, problems)
  checkHealthChecks(services, problems)
  checkNotifications(root, problems)
  checkScrapes(services, problems)
  checkTelemetry(root, problems)
  checkAlerts(root, configuration, problems)
}

/** Blocks that lack nothing, with all that is in them: those that an earlier load has read need no second look. */
const whole = new WeakSet<BlockSettings>()

function checkRequired(block: BlockSettings, problems: Problems): void {
  if (whole.has(block)) return
  const { told } = problems
  if (block.complete && block.type !== 'template') reportMissing(block, problems)
  for (const blocks of block.blocks.values()) for (const inner of blocks) checkRequired(inner, problems)
  if (problems.told === told) whole.add(block)
}
