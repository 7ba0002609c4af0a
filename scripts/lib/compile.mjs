// node compile.mjs PATH: writes PATH.cache, what V8 has compiled of the command once it has looked for an agent in vain.
import { readFileSync, writeFileSync } from 'node:fs'
import Module from 'node:module'
import { Script } from 'node:vm'

const [node, , path] = process.argv
process.argv = [node, path, 'list', '--url', 'http://127.0.0.1:1']
const script = new Script(Module.wrap(readFileSync(path, 'latin1')), {
  filename: path,
})
process.once('exit', () => {
  writeFileSync(`${path}.cache`, script.createCachedData())
  process.exitCode = 0
})
const module = { exports: {} }
script.runInThisContext()(module.exports, Module.createRequire(path), module, path)
