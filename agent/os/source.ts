import type { Wanted } from './members.ts'
import type { IdentityCheck, Platform, ProcessIdentity, ProcessRow } from './platform.ts'

/** What the fallback needs to know of a system's processes: the part in which systems differ. */
export interface ProcessSource
  extends Pick<
    Platform,
    'usage' | 'describeProcesses' | 'hostSample' | 'disks' | 'temperature' | 'portHolder' | 'writersOf'
  > {
  readonly bootId: string
  /** Everything alive. */
  rows(): Promise<ProcessRow[]>
  identityOf(pid: number): ProcessIdentity | undefined
  check(identity: ProcessIdentity): IdentityCheck
  /** The programs behind a task's wrapper; undefined when the process is no wrapper. */
  behindWrapper(pid: number): number[] | undefined
  /** Members by session and cookie, where they can be had without a wait; for a group whose leader has gone. */
  groupMembers(leader: ProcessIdentity, cookie: string | undefined): ProcessRow[]
  membersOf(wanted: readonly Wanted[]): Promise<Map<string, ProcessRow[]>>
  close(): void
}
