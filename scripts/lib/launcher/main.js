// The app inside a runtime that came without Electron's own default app: it opens the app whose folder is the first
// argument, as `electron FOLDER` does, so that every checkout can share one runtime.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const named = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
const folder = resolve(named ?? '.')
const { name, productName, version, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

process.defaultApp = true
app.setAppPath(folder)
app.setName(productName ?? name)
app.setVersion(version)
app.setPath('userData', join(app.getPath('appData'), app.getName()))
// Electron becomes ready only after this, so that the app can register its protocol before.
await import(pathToFileURL(join(folder, main)).href).catch((error) => {
  // To the terminal that started it: Electron would show a dialog, and wait for a click.
  console.error(error)
  app.exit(1)
})
