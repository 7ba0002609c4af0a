import { contextBridge, ipcRenderer } from 'electron'

ipcRenderer.on('hxe-port', (event) => {
  window.postMessage({ type: 'hxe-port' }, window.location.origin, event.ports)
})

contextBridge.exposeInMainWorld('hxe', {
  platform: process.platform,
  requestPort: () => ipcRenderer.send('hxe-request-port'),
  openExternal: (url: string) => ipcRenderer.send('hxe-open-external', url),
  readPreferences: () => ipcRenderer.sendSync('hxe-read-preferences') as unknown,
  savePreferences: (chosen: unknown) => ipcRenderer.invoke('hxe-save-preferences', chosen),
})
