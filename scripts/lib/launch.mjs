import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { root } from './files.mjs'

// What Chromium is known to want of shared memory; containers often have 64 MiB.
const sharedMemoryBytes = 256 * 1024 * 1024

function kernelSetting(name) {
  const path = `/proc/sys/${name}`
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}

/** Chromium's sandbox needs user namespaces, and refuses to run as root. */
function sandboxWorks() {
  if (process.getuid?.() === 0) return false
  return (
    kernelSetting('kernel/unprivileged_userns_clone') !== '0' &&
    kernelSetting('kernel/apparmor_restrict_unprivileged_userns') !== '1' &&
    kernelSetting('user/max_user_namespaces') !== '0'
  )
}

function sharedMemoryIsShort() {
  const { bsize, blocks } = statfsSync('/dev/shm')
  return bsize * blocks < sharedMemoryBytes
}

function linuxSwitches() {
  return [
    ...(sandboxWorks() ? [] : ['--no-sandbox']),
    ...(existsSync('/dev/dri') ? [] : ['--disable-gpu']),
    ...(existsSync('/dev/shm') && !sharedMemoryIsShort() ? [] : ['--disable-dev-shm-usage']),
  ]
}

/** The arguments with which the runtime opens this checkout's built panel on this machine. */
export function launchArguments() {
  return [...(process.platform === 'linux' ? linuxSwitches() : []), root]
}
