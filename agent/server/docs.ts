/** The browsable reference at /docs: a page of our own, since nothing remote and nothing inline may run here. */

export const docsHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HXE API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/docs.css">
<script src="/docs/docs.js" defer></script>
</head>
<body>
<header><h1>HXE API</h1><p id="about">Loading the reference…</p>
<label>Find <input id="find" type="search" autocomplete="off"></label></header>
<nav id="nav" aria-label="Operations"></nav>
<main id="main"></main>
</body>
</html>
`

export const docsCss = `:root { color-scheme: light dark; --line: #8884; --soft: #8882; font: 15px/1.5 system-ui, sans-serif }
body { margin: 0; display: grid; grid-template: auto 1fr / 19rem 1fr; min-height: 100vh }
header { grid-column: 1 / -1; padding: 1rem 1.5rem; border-bottom: 1px solid var(--line) }
header h1 { margin: 0; font-size: 1.4rem } header p { margin: .3rem 0 .8rem; max-width: 60rem; white-space: pre-line }
input { font: inherit; padding: .25rem .5rem; width: 18rem; max-width: 100% }
nav { padding: 1rem 1.5rem; border-right: 1px solid var(--line); overflow: auto; position: sticky; top: 0; max-height: 100vh; box-sizing: border-box }
nav h2 { font-size: .85rem; margin: 1rem 0 .3rem } nav a { display: block; color: inherit; text-decoration: none; padding: .1rem 0; font: .8rem/1.5 ui-monospace, monospace; white-space: nowrap }
nav a:hover, nav a:focus-visible { text-decoration: underline }
main { padding: 1rem 1.5rem; min-width: 0 }
section { border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; margin-bottom: 1rem }
section h3 { margin: 0; font: 600 1rem ui-monospace, monospace; overflow-wrap: anywhere }
h4 { margin: .8rem 0 .2rem; font-size: .9rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
code, pre { font: .85rem/1.45 ui-monospace, monospace } pre { background: var(--soft); padding: .6rem; overflow: auto; border-radius: 4px; max-height: 24rem }
.method { display: inline-block; min-width: 3rem; opacity: .7 }
[hidden] { display: none }
@media (max-width: 45rem) { body { display: block } nav { border: 0 } }
`

export const docsJs = `'use strict'
const make = (name, text, ...children) => {
  const element = document.createElement(name)
  if (text) element.textContent = text
  element.append(...children)
  return element
}
let all = {}
const nameOf = (ref) => ref.split('/').pop()
/** A schema as a person writes types. */
function typeOf(schema, depth = 0) {
  if (!schema || schema === true) return 'any'
  if (schema.$ref) return nameOf(schema.$ref)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const several = schema.anyOf || schema.oneOf
  if (several) return [...new Set(several.map((one) => typeOf(one, depth)))].join(' | ')
  if (schema.allOf) return schema.allOf.map((one) => typeOf(one, depth)).join(' & ')
  if (schema.type === 'array') return schema.prefixItems ? '[' + schema.prefixItems.map((one) => typeOf(one, depth)).join(', ') + ']' : typeOf(schema.items, depth) + '[]'
  if (schema.type === 'object' && schema.properties) {
    const pad = '  '.repeat(depth + 1)
    const rows = Object.entries(schema.properties).map(([key, value]) => pad + key + ((schema.required || []).includes(key) ? '' : '?') + ': ' + typeOf(value, depth + 1))
    return '{\\n' + rows.join('\\n') + '\\n' + '  '.repeat(depth) + '}'
  }
  if (schema.type === 'object') return 'object of ' + typeOf(schema.additionalProperties, depth)
  return [].concat(schema.type || 'any').join(' | ')
}
function parametersOf(operation) {
  const rows = (operation.parameters || []).map((parameter) =>
    make('tr', '', make('td', '', make('code', parameter.name)), make('td', parameter.in + (parameter.required ? ', required' : '')),
      make('td', '', make('code', typeOf(parameter.schema))), make('td', parameter.description || '')))
  return rows.length ? [make('h4', 'Parameters'), make('table', '', make('tbody', '', ...rows))] : []
}
const bodyOf = (title, content) => Object.entries(content || {}).flatMap(([type, { schema }]) =>
  [make('h4', title + ' · ' + type), make('pre', typeOf(schema))])
function sectionOf(method, path, operation, base) {
  const id = operation.operationId || method + path
  const section = make('section', '', make('h3', method.toUpperCase() + ' ' + path), make('p', [operation.summary, operation.description].filter(Boolean).join('. ')))
  section.id = id
  section.append(...parametersOf(operation), ...bodyOf('Body', operation.requestBody && operation.requestBody.content))
  const refused = []
  for (const [status, answer] of Object.entries(operation.responses || {})) {
    if (status >= '400') refused.push(status)
    else section.append(...bodyOf('Answer ' + status, answer.content))
  }
  if (refused.length) section.append(make('h4', 'Refusals'), make('p', refused.join(', ') + ' as application/problem+json'))
  const link = make('a', '', make('code', method.toUpperCase(), ), document.createTextNode(' ' + path.slice(base.length)))
  link.firstChild.className = 'method'
  link.href = '#' + encodeURIComponent(id)
  return { section, link, tag: (operation.tags || ['other'])[0], text: (method + ' ' + path + ' ' + (operation.summary || '')).toLowerCase() }
}
function show(document_) {
  all = document_
  document.getElementById('about').textContent = all.info.description.replaceAll('\`', '') + '\\nVersion ' + all.info.version + '. The document itself: /openapi.json'
  const base = (all.servers[0] || { url: '' }).url
  const entries = Object.entries(all.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => sectionOf(method, base + path, operation, base)))
  const nav = document.getElementById('nav')
  const main = document.getElementById('main')
  for (const tag of [...new Set(entries.map((entry) => entry.tag))]) {
    nav.append(make('h2', tag), ...entries.filter((entry) => entry.tag === tag).map((entry) => entry.link))
    main.append(make('h2', tag), ...entries.filter((entry) => entry.tag === tag).map((entry) => entry.section))
  }
  main.append(make('h2', 'Shapes'), ...Object.entries((all.components || {}).schemas || {}).map(([name, schema]) => {
    const section = make('section', '', make('h3', name), make('pre', typeOf(schema)))
    section.id = name
    return section
  }))
  document.getElementById('find').addEventListener('input', (event) => {
    const wanted = event.target.value.toLowerCase()
    for (const entry of entries) entry.link.hidden = entry.section.hidden = !entry.text.includes(wanted)
  })
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView()
}
fetch('/openapi.json').then((answer) => answer.ok ? answer.json() : Promise.reject(new Error('status ' + answer.status))).then(show).catch((error) => {
  document.getElementById('about').textContent = 'The reference could not be loaded (' + error.message + '). Sign in with "hxe open" and load this page again.'
})
`
