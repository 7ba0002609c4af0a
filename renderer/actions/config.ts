import { client } from '../connection/index.ts'
import { showDone, showError } from '../store/index.ts'

export function reloadConfig(): void {
  void client.config.reload().then(
    ({ status, diagnostics }) => {
      if (status === 'applied') showDone('Configuration applied')
      else showError('The configuration was not applied', `${diagnostics.length} problems are listed on the overview.`)
    },
    (error: unknown) => showError('The configuration was not read', error),
  )
}
