#!/usr/bin/env node
// Checks the colours of the panel (renderer/styles/tokens.css) in both themes: the WCAG contrast of every pair in use.
// Exit code 1 when one falls short.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/files.mjs'

const textRatio = 4.5
const shapeRatio = 3

const surfaces = ['bg', 'bg-window', 'bg-inset', 'bg-raised', 'bg-hover', 'bg-press', 'bg-selected']
const states = ['running', 'starting', 'stopping', 'backoff', 'unhealthy', 'failed', 'stopped', 'unknown']
const series = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `series-${number}`)
const syntax = ['key', 'block', 'string', 'number', 'comment', 'ref'].map((name) => `syn-${name}`)
const ansi = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'].map((name) => `ansi-${name}`)
const stateText = states.map((name) => `state-${name}-text`)

/** Which colour is seen on which, and how much contrast that needs. */
const uses = [
  { need: textRatio, names: ['text', 'text-2', 'text-3', 'accent-text', ...stateText], on: surfaces },
  ...states.map((name) => ({
    need: textRatio,
    names: [`state-${name}-text`, 'text', 'text-2', 'text-3'],
    on: [`state-${name}-bg`],
  })),
  { need: textRatio, names: ['on-accent'], on: ['accent', 'accent-hover', 'accent-press'] },
  { need: textRatio, names: [...syntax, ...ansi], on: ['bg', 'bg-inset', 'bg-raised'] },
  { need: textRatio, names: ['text', 'text-2'], on: ['diff-add', 'diff-del', 'mark'] },
  { need: textRatio, names: ['chart-axis'], on: ['bg', 'bg-inset'] },
  { need: shapeRatio, names: states.map((name) => `state-${name}`), on: surfaces },
  ...states.map((name) => ({ need: shapeRatio, names: [`state-${name}`], on: [`state-${name}-bg`] })),
  { need: shapeRatio, names: ['border-control', 'focus', 'accent'], on: ['bg', 'bg-window', 'bg-inset', 'bg-raised'] },
  { need: shapeRatio, names: series, on: ['bg', 'bg-inset'] },
  { need: shapeRatio, names: ['gray-8'], on: ['bg', 'bg-inset', 'bg-selected'] },
  { need: shapeRatio, names: ['on-state'], on: ['state-failed', 'state-unhealthy', 'state-running'] },
]

/** The colours of a theme, by token. */
function tokensOf(css, theme) {
  const tokens = new Map()
  for (const [, selector, body] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (!selector.includes(`data-theme="${theme}"`)) continue
    for (const [, name, hex] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/gi)) tokens.set(name, hex)
  }
  return tokens
}

function linearRgb(hex) {
  return [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
}

/** WCAG 2's contrast of two colours, 1 to 21. */
function contrast(one, other) {
  const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b
  const [light, dark] = [luminance(linearRgb(one)), luminance(linearRgb(other))].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function shortfalls(tokens) {
  const pairs = uses.flatMap(({ need, names, on }) =>
    names.flatMap((name) => on.map((ground) => ({ need, name, ground }))),
  )
  return pairs.flatMap(({ need, name, ground }) => {
    const missing = [name, ground].filter((token) => !tokens.has(token))
    if (missing.length > 0) return [`${name} on ${ground}: there is no --${missing.join(', no --')}`]
    const got = contrast(tokens.get(name), tokens.get(ground))
    return got < need ? [`${name} on ${ground}: ${got.toFixed(2)}, needs ${need}`] : []
  })
}

const css = readFileSync(join(root, 'renderer', 'styles', 'tokens.css'), 'utf8')
for (const theme of ['light', 'dark']) {
  const short = shortfalls(tokensOf(css, theme))
  console.log(`${theme}: ${short.length === 0 ? 'every pair has its contrast' : `${short.length} pairs fall short`}`)
  for (const line of short) console.log(`  ${line}`)
  if (short.length > 0) process.exitCode = 1
}
