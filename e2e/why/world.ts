import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the faults are made of: fixtures that are programs, files that are made broken, ports that are held. */
export interface World {
  /** The folder of the fixtures. */
  fixtures: string
  /** Files made for this run. */
  made: string
  /** Held by a process outside the agent, whose pid is `holderPid`. */
  heldPort: number
  holderPid: number
  /** Held by the service `port-owner`. */
  ownedPort: number
  /** Held by nobody. */
  quietPort: number
}

export const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))

/** An ELF file for ARM64 (machine 183), as far as anybody reads it who cannot run it. */
const foreignProgram = Buffer.from('7f454c460201010000000000000000000200b700', 'hex')
/** The beginning of a class file of Java 25 (version 69). */
const newerClass = Buffer.from('cafebabe00000045000100000000000000000000', 'hex')

/** Makes what cannot be kept in a repository: broken programs, odd rights, foreign formats. */
export function makeFiles(made: string): void {
  mkdirSync(join(made, 'app'), { recursive: true })
  // Others go through it on their way to what they may not use.
  chmodSync(made, 0o755)
  const files: readonly (readonly [string, string | Buffer, number])[] = [
    ['server.sh', '#!/bin/sh\nexit 0\n', 0o755],
    ['no-x.sh', '#!/bin/sh\nexit 0\n', 0o644],
    ['private.sh', '#!/bin/sh\nexit 0\n', 0o700],
    ['long.txt', 'x'.repeat(140_000), 0o644],
    ['private.txt', 'for the owner alone\n', 0o600],
    ['no-interpreter.sh', '#!/opt/no/such/bush\nexit 0\n', 0o755],
    ['dos.sh', '#!/bin/sh\r\nexit 0\r\n', 0o755],
    ['foreign', Buffer.concat([foreignProgram, Buffer.alloc(64)]), 0o755],
    ['app.exe', Buffer.concat([Buffer.from('MZ\x90\x00', 'latin1'), Buffer.alloc(256)]), 0o755],
    ['Newer.class', Buffer.concat([newerClass, Buffer.alloc(64)]), 0o644],
    ['broken.cjs', 'const port = 3000\nconst server = {\n}}\n', 0o644],
    ['broken.py', 'port = 3000\ndef serve(:\n    pass\n', 0o644],
    ['broken.sh', '#!/bin/bash\nif true; then\n  echo ready\ndone\n', 0o755],
    ['package.json', '{ "name": "made", "private": true, "scripts": { "start": "true" } }\n', 0o644],
    ['env-node.sh', '#!/usr/bin/env no-such-interpreter\n', 0o755],
  ]
  for (const [name, content, mode] of files) {
    writeFileSync(join(made, name), content)
    chmodSync(join(made, name), mode)
  }
  const certificate = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=localhost',
  ]
  if (has('openssl')) {
    const output = ['-keyout', join(made, 'key.pem'), '-out', join(made, 'cert.pem')]
    execFileSync('openssl', [...certificate, '-days', '2', ...output], { stdio: 'ignore' })
  }
}

export function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false // That it is not there is the answer.
  }
}
