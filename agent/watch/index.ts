export { Follower, type Quiet } from './follower.ts'
export { settleMs } from './settle.ts'
export { changedFiles, isSame, verdictOn, whyAsk } from './verdict.ts'
