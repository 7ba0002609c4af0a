import { contextBridge, ipcRenderer } from 'electron'

ipcRenderer.on('hxe-port', (event, request: unknown) => {
  window.postMessage({ type: 'hxe-port', request }, window.location.origin, event.ports)
})

ipcRenderer.on('hxe-open', (_event, path: unknown) => {
  window.postMessage({ type: 'hxe-open', path }, window.location.origin)
})

ipcRenderer.on('hxe-edits-dropped', () => {
  window.postMessage({ type: 'hxe-edits-dropped' }, window.location.origin)
})

contextBridge.exposeInMainWorld('hxe', {
  platform: process.platform,
  requestPort: (request: number, host?: string) => ipcRenderer.send('hxe-request-port', request, host),
  drawn: () => ipcRenderer.send('hxe-drawn'),
  openExternal: (url: string) => ipcRenderer.send('hxe-open-external', url),
  readPreferences: () => ipcRenderer.sendSync('hxe-read-preferences') as unknown,
  savePreferences: (chosen: unknown) => ipcRenderer.invoke('hxe-save-preferences', chosen),
  readEdits: () => ipcRenderer.invoke('hxe-read-edits'),
  saveEdits: (edits: unknown) => ipcRenderer.invoke('hxe-save-edits', edits),
  startsAtLogin: () => ipcRenderer.invoke('hxe-starts-at-login'),
  chooseFolder: () => ipcRenderer.invoke('hxe-choose-folder'),
  setStartAtLogin: (on: boolean) => ipcRenderer.invoke('hxe-start-at-login', on),
})
