import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { root } from './files.mjs'

/**
 * Vite's settings for the panel, shared by the build and by `npm run dev`. The page is served from `/` both by the
 * window's own protocol and by the agent over HTTP, under a policy without `unsafe-*`: so absolute addresses, nothing
 * inlined, and no `data:` fonts.
 */
export function rendererSettings() {
  return {
    configFile: false,
    root: join(root, 'renderer'),
    base: '/',
    publicDir: false,
    cacheDir: join(root, 'node_modules/.vite'),
    clearScreen: false,
    logLevel: 'warn',
    plugins: [react()],
    build: {
      target: 'chrome130',
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2_000,
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      // What one part needs and another loads late is a chunk that is run before all else, schemas with it: so what has
      // to come before any schema is in there, too.
      rolldownOptions: {
        output: { codeSplitting: { groups: [{ name: 'contract', test: /jitless|[\\/]zod[\\/]|[\\/]contract[\\/]/ }] } },
      },
    },
  }
}
