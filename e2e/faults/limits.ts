import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { freePort } from '../agent.ts'
import { eventually, type Fault, lacks, needsRoot, sendSignal, service, sleepMs } from './harness.ts'
import { fdCount, isAlive, named, zombiesOf } from './processes.ts'

const quickRestart = 'restart {\n delay = "200ms"\n factor = 1\n max_retries = 1000\n}'

async function withListener<T>(port: number, work: () => Promise<T>): Promise<T> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  try {
    return await work()
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
}

const noDescriptors: Fault = {
  id: 34,
  title: 'an agent without file descriptors goes on, and starts and answers as soon as it has some',
  unable: () => needsRoot() ?? lacks('prlimit'),
  async run(world) {
    const names = Array.from({ length: 8 }, (_, at) => `late-${at}`)
    world.configure(
      service('web', 'sleep 1000', quickRestart),
      ...names.map((name) => service(name, 'sleep 1000', quickRestart, 'autostart = false')),
    )
    await world.start()
    const { pid } = await world.running('web')
    const limit = (files: number | string): void => {
      execFileSync('prlimit', [`--pid=${world.agentPid}`, `--nofile=${files}:`])
    }
    for (const _round of world.rounds(1, 20)) {
      limit(fdCount(world.agentPid) + world.random.between(0, 6))
      // Whatever the answers are, the agent lives; those that cannot be accepted run into their limit.
      const asked = names.map((name) =>
        world.agent.ask(`/services/${name}/start`, { method: 'POST', timeoutMs: 2_000 }).catch(() => undefined),
      )
      await Promise.all(asked)
      sendSignal(world.processes('web')[0]?.pid, 'SIGKILL')
      await sleepMs(500)
      assert.ok(isAlive(world.agentPid), 'the agent is gone (I12)')
      limit(4_096)
      await eventually('it accepts again', 60_000, async () => {
        const answer = await world.agent.ask('/services', { timeoutMs: 10_000 }).catch(() => undefined)
        return answer?.ok === true
      })
      for (const name of names) await world.mustAct(name, 'start')
      await world.converged()
      for (const name of names) await world.mustStop(name, 10_000)
    }
    assert.notEqual((await world.running('web')).pid, pid)
  },
}

const noProcesses: Fault = {
  id: 35,
  title: 'a service that no process is left for is tried again and says what is short',
  unable: () => needsRoot() ?? lacks('prlimit'),
  async run(world) {
    // Root is not held to RLIMIT_NPROC, the user of the service is.
    world.configure(service('crowd', 'sh -c "sleep 1000 & sleep 1000 & wait"', 'user = "nobody"', quickRestart))
    await world.start()
    await world.running('crowd')
    const ofAgent = `--pid=${world.agentPid}`
    const before = execFileSync('prlimit', [ofAgent, '--nproc', '-o', 'SOFT', '--noheadings'], {
      encoding: 'utf8',
    }).trim()
    execFileSync('prlimit', [ofAgent, '--nproc=1:'])
    await world.act('crowd', 'restart')
    const short = await world.until('crowd', ({ state, why }) => state === 'backoff' && why !== null)
    assert.match(short.why?.sentence ?? '', /process|limit|resource/i)
    execFileSync('prlimit', [ofAgent, `--nproc=${before}:`])
    await world.converged()
  },
}

const portTaken: Fault = {
  id: 39,
  title: 'a port that is taken names its holder, for a service and for the agent itself',
  async run(world) {
    const port = await freePort()
    world.configure(service('web', 'sleep 1000', `ports = [${port}]`, quickRestart))
    await withListener(port, async () => {
      await world.start()
      const taken = await world.until('web', ({ why }) => why !== null)
      assert.match(taken.why?.sentence ?? '', new RegExp(`port ${port} is held by .*pid ${process.pid}`, 'i'))
      assert.equal(world.processes('web').length, 0)
    })
    // Not tried again and again (two supervisors once fought over a port 23,759 times): a person starts it.
    await world.mustAct('web', 'start')
    await world.running('web')
    await world.stop()
    const agentPort = await freePort()
    await withListener(agentPort, async () => {
      await assert.rejects(world.start({ port: agentPort }), (error: Error) => {
        assert.match(error.message, /ended with code [1-9]/)
        assert.match(error.message, new RegExp(`${agentPort}`))
        assert.match(error.message, new RegExp(`${process.pid}`))
        return true
      })
    })
    await world.start({ port: agentPort })
    await world.running('web')
  },
}

const manyServices: Fault = {
  id: 40,
  budgetS: 200,
  title: 'very many services start, are answered for, and stop',
  async run(world) {
    const count = world.amount(60, 2_000)
    world.configure(
      ...Array.from({ length: count }, (_, at) => service(`many-${at}`, 'sleep 1000', 'stop {\n timeout = "60s"\n}')),
    )
    await world.start()
    await world.converged(world.amount(60_000, 120_000))
    assert.equal((await world.services()).length, count)
    assert.equal(world.processes().length, count)
  },
}

const zombies: Fault = {
  id: 41,
  title: 'an agent that is process 1 of a container leaves no zombies of its own or of others',
  unable: () => needsRoot() ?? lacks('unshare'),
  async run(world) {
    // Every turn leaves a grandchild that ends as an orphan, which process 1 must take notice of.
    const leaves = 'sh -c "for n in $(seq 150); do (sleep 0.05 &) ; sleep 0.01; done; sleep 1041"'
    world.configure(service('leaves', leaves))
    const wrapper = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
    await world.start({ wrapper })
    await world.agent.until('leaves', ({ state }) => state === 'running', 40_000)
    const inner = childOf(world.agentPid)
    await eventually('all orphans have been made', 60_000, () => named('sleep\u00001041').length > 0)
    await eventually(
      'zombies are gone',
      40_000,
      () => zombiesOf(inner).length <= 5,
      () => zombiesOf(inner),
    )
    process.kill(inner, 'SIGTERM')
    // The one around it is not asked to end as well: it ends with the same code.
    await eventually('it ends', 60_000, () => world.agent.process.exitCode !== null)
    assert.equal(isAlive(inner), false)
  },
}

function childOf(pid: number): number {
  const listed = execFileSync('sh', ['-c', `cat /proc/${pid}/task/${pid}/children`], { encoding: 'utf8' })
  return Number(listed.trim().split(' ')[0])
}

export const limits: readonly Fault[] = [noDescriptors, noProcesses, portTaken, manyServices, zombies]
