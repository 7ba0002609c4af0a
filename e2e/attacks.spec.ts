import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { panelFor } from './shared.ts'

// A page that somebody else's script runs in, and a person who is tricked: attack 54 of the window, and its policy.

const panelAddress = 'hxe-panel://panel/'
const required = [
  "default-src 'none'",
  "script-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
]

const panel = panelFor('file', 'service "web" {\n  command = "sleep 600"\n}\n')

test.beforeAll(async () => {
  await expect(panel.page.getByRole('heading', { level: 1 })).toBeVisible()
})

/** It still shows the panel, in its only window, and no other page was made. */
async function expectOnlyThePanel(): Promise<void> {
  const pages = await panel.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((one) => one.getURL()),
  )
  expect(pages).toHaveLength(1)
  expect(pages[0]?.startsWith(panelAddress)).toBe(true)
  expect(await panel.page.evaluate(() => document.querySelector('h1') !== null)).toBe(true)
}

test('shows the panel without a complaint on the console', () => {
  expect(panel.complaints).toEqual([])
})

test('has the policy of the design, in the window and at the address of the agent', async () => {
  const { url } = JSON.parse(readFileSync(join(panel.place.dataDir, 'agent.json'), 'utf8')) as { url: string }
  const ofWindow = await panel.page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'))
  const ofAgent = (await fetch(url)).headers.get('content-security-policy')
  for (const policy of [ofWindow, ofAgent]) {
    const parts = (policy ?? '').split(';').map((part) => part.trim())
    expect(parts).toEqual(expect.arrayContaining(required))
    expect(policy).not.toContain('unsafe-')
    expect(policy).not.toMatch(/\*|https?:/)
  }
})

test('takes no text for HTML', async () => {
  const refused = await panel.page.evaluate(() => {
    try {
      document.createElement('div').innerHTML = '<img src="x" onerror="alert(1)">'
      return 'taken'
    } catch (error) {
      return error instanceof TypeError ? 'refused' : String(error)
    }
  })
  expect(refused).toBe('refused')
})

for (const address of ['https://example.com/', 'file:///etc/hosts', 'data:text/html,<h1>x</h1>', 'hxe://services']) {
  test(`goes nowhere and opens nothing for ${address}`, async () => {
    const opened = await panel.page.evaluate((target) => {
      const link = document.body.appendChild(document.createElement('a'))
      link.href = target
      link.click()
      link.target = '_blank'
      link.click()
      link.target = 'other'
      link.click()
      link.remove()
      const form = document.body.appendChild(document.createElement('form'))
      form.action = target
      form.submit()
      form.remove()
      const window2 = window.open(target)
      window.location.href = target
      return window2 !== null
    }, address)
    expect(opened).toBe(false)
    await expectOnlyThePanel()
  })
}

test('runs no script of an address', async () => {
  await panel.page.evaluate(() => {
    window.location.href = 'javascript:document.body.remove()'
  })
  await expectOnlyThePanel()
})

test('attaches no other page', async () => {
  const object = await panel.page.evaluate(() => {
    const view = document.createElement('webview')
    view.setAttribute('src', 'https://example.com/')
    view.setAttribute('nodeintegration', '')
    document.body.append(view)
    try {
      document.createElement('object').setAttribute('data', 'data:text/html,x')
      return 'taken'
    } catch {
      return 'refused'
    } finally {
      view.remove()
    }
  })
  expect(object).toBe('refused')
  await expectOnlyThePanel()
})

test('asks the person for no permission and has none', async () => {
  const answers = await panel.page.evaluate(async () => {
    const state = async (name: string): Promise<string> =>
      (await navigator.permissions.query({ name: name as PermissionName })).state
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    )
    const place = new Promise<string>((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        () => resolve('denied'),
      )
    })
    const names = ['geolocation', 'notifications', 'microphone', 'camera', 'clipboard-read', 'midi']
    return [await Notification.requestPermission(), media, await place, ...(await Promise.all(names.map(state)))]
  })
  expect(new Set(answers)).toEqual(new Set(['denied']))
})

test('hands only web addresses to the desktop', async () => {
  await panel.app.evaluate(({ shell }) => {
    const kept = globalThis as unknown as { opened: string[] }
    kept.opened = []
    shell.openExternal = async (address) => void kept.opened.push(address)
  })
  await panel.page.evaluate(() => {
    const open = (window as unknown as { hxe: { openExternal(address: unknown): void } }).hxe.openExternal
    for (const address of [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://example.com/share',
      'data:text/html,x',
      'hxe://services',
      'vscode://file/etc/passwd',
      'ms-msdt:/id',
      'http://192.0.2.1/',
      'http://localhost.example.com/',
      'https://user:secret@example.com/',
      '//example.com/',
      ' ',
      null,
      7,
      {},
      ['https://example.com/'],
    ]) {
      open(address)
    }
    open('https://example.com/docs')
  })
  const opened = (): Promise<string[]> =>
    panel.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)
  await expect.poll(opened).toContain('https://example.com/docs')
  expect(await opened()).toEqual(['https://example.com/docs'])
})

test('shows no file that is dropped on it', async () => {
  const file = join(panel.place.home, 'dropped.html')
  writeFileSync(file, '<h2>dropped</h2>')
  const devtools = await panel.page.context().newCDPSession(panel.page)
  const data = { items: [], files: [file], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 500, y: 500, data })
  }
  await devtools.detach()
  await expectOnlyThePanel()
})
