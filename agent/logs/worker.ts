import { setPriority } from 'node:os'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
// Not through the folder's index: that brings packages which would treble this worker's start and memory.
import { openSpaceFreer } from '../os/linux/space.ts'
import { collapseAboveBytes } from './collapse.ts'
import type { News, SearchCalls, TailCalls, WorkerFacts } from './protocol.ts'
import { Search } from './search.ts'
import { serve } from './serve.ts'
import { Tailer } from './tailer.ts'

/** Where cores are scarce the services come first: their output waits in files, and they do not wait for its reader. */
const tailNiceness = 5

function serveTail(facts: WorkerFacts): void {
  // Linux takes 0 for the calling thread alone; elsewhere it would be the whole agent.
  if (process.platform === 'linux') setPriority(0, tailNiceness)
  const tailer = new Tailer({
    dataDir: facts.dataDir,
    freer: openSpaceFreer(),
    collapseAboveBytes: facts.collapseAboveBytes ?? collapseAboveBytes,
    nowMs: () => Date.now(),
    tell: (news: News) => parentPort?.postMessage(news),
  })
  const calls: TailCalls = {
    attach: (run) => tailer.attach(run),
    finish: (cookie) => tailer.finish(cookie),
    lastLines: (instance, count) => tailer.lastLines(instance, count),
    settle: (services) => tailer.settle(services),
    configure: (specs) => tailer.configure(specs),
    sweepSpools: (ended, owners) => tailer.sweepSpools(ended, owners),
    tell: (wanted) => tailer.tell(wanted),
    close: () => tailer.close(),
  }
  serve(parentPort, calls)
}

function serveSearch(facts: WorkerFacts): void {
  const progress = new Int32Array(facts.progress)
  const search = new Search(join(facts.dataDir, 'logs'), {
    enter: () => Atomics.add(progress, 0, 1),
    leave: () => Atomics.add(progress, 0, 1),
  })
  const calls: SearchCalls = {
    configure: (specs) => search.configure(specs),
    search: (request) => search.run(request),
    hits: (request) => search.hits(request),
    histogram: (request) => search.histogram(request),
    whole: (instance, place) => search.whole(instance, place),
  }
  serve(parentPort, calls)
}

const begin = (facts: WorkerFacts): void => (facts.role === 'tail' ? serveTail(facts) : serveSearch(facts))

if (workerData === undefined || workerData === null) parentPort?.once('message', begin)
else begin(workerData as WorkerFacts)
