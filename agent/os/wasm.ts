import { setFlagsFromString } from 'node:v8'

/**
 * WebAssembly is compiled once and quickly from now on in this process. V8 would compile anew, and better, what is
 * called often: for a parser that reads a configuration and ends, that costs more than all that it does.
 */
export function compileWasmOnce(): void {
  setFlagsFromString('--no-wasm-dynamic-tiering')
  setFlagsFromString('--no-wasm-tier-up')
}
