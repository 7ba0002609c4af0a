#!/usr/bin/env node
// dist/cli.js: runs the command from what V8 compiled when it was built. Another V8 refuses that and compiles anew.
// Modules are had without import, which would load all that they export, streams and promises among it.
const { readFileSync } = process.getBuiltinModule('node:fs')
const { createRequire, wrap } = process.getBuiltinModule('node:module')
const { Script } = process.getBuiltinModule('node:vm')
const { fileURLToPath } = process.getBuiltinModule('node:url')

// The build puts the name in: text and compiled code of one build always go together.
const path = fileURLToPath(new URL('chunks/command.cjs', import.meta.url))
const script = new Script(wrap(readFileSync(path, 'latin1')), {
  filename: path,
  cachedData: readFileSync(`${path}.cache`),
})
// What it loads later asks for it by its path, and must get this one: a second would carry the command out again.
const module = { id: path, filename: path, exports: {}, children: [], loaded: true }
const require = createRequire(path)
require.cache[path] = module
script.runInThisContext()(module.exports, require, module, path)
