import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { Value } from '../values/value.ts'
import { fromJson, toJson } from './json.ts'
import type { Arguments, CallContext, FunctionSpec } from './spec.ts'

function onText(usage: string, doc: string, change: (text: string) => string): FunctionSpec {
  return { usage, doc, parameters: ['text'], run: (args, call) => call.text(change(args.text(0))) }
}

function decodeJson(args: Arguments, call: CallContext): Value {
  try {
    const value = fromJson(JSON.parse(args.text(0)), call)
    return value ?? call.fail('This JSON is too deep.', 'at most 100 levels', 0)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return call.fail(`This is not JSON: ${error.message}.`, 'JSON', 0)
  }
}

function decodeBase64(args: Arguments, call: CallContext): Value {
  const bytes = Buffer.from(args.text(0), 'base64')
  const isRight = bytes.toString('base64').replace(/=+$/, '') === args.text(0).trim().replace(/=+$/, '')
  return isRight ? call.text(bytes.toString('utf8')) : call.fail('This is not base64.', 'base64', 0)
}

/** The text of a file of the configuration. */
function readFile(args: Arguments, call: CallContext): Value {
  const { readText } = call.scope
  if (readText === undefined) return call.fail('No file can be read here.', 'file() in a configuration file')
  const read = readText(args.text(0))
  if ('text' in read) return call.text(read.text)
  return call.fail(read.problem.message, read.problem.expected ?? 'a file that can be read', 0)
}

const hash = (algorithm: string) => (text: string) => createHash(algorithm).update(text).digest('hex')

export const encodingFunctions: Readonly<Record<string, FunctionSpec>> = {
  jsonencode: {
    usage: 'jsonencode(value)',
    doc: 'The value as JSON.',
    parameters: ['any'],
    run: (args, call) => call.text(JSON.stringify(toJson(args.any(0)))),
  },
  jsondecode: { usage: 'jsondecode(text)', doc: 'The value that JSON says.', parameters: ['text'], run: decodeJson },
  base64encode: onText('base64encode(text)', 'The text in base64.', (text) => Buffer.from(text).toString('base64')),
  base64decode: {
    usage: 'base64decode(text)',
    doc: 'The text behind base64.',
    parameters: ['text'],
    run: decodeBase64,
  },
  urlencode: onText('urlencode(text)', 'The text as a part of an address.', (text) => encodeURIComponent(text)),
  sha1: onText('sha1(text)', 'The SHA-1 sum, in hexadecimal.', hash('sha1')),
  sha256: onText('sha256(text)', 'The SHA-256 sum, in hexadecimal.', hash('sha256')),
  sha512: onText('sha512(text)', 'The SHA-512 sum, in hexadecimal.', hash('sha512')),
  md5: onText('md5(text)', 'The MD5 sum, in hexadecimal.', hash('md5')),
  basename: onText('basename(path)', 'The last part of a path.', (path) => basename(path)),
  dirname: onText('dirname(path)', 'A path without its last part.', (path) => dirname(path)),
  file: {
    usage: 'file(path)',
    doc: 'The text of a file, relative to this one, inside the folders of the configuration.',
    parameters: ['text'],
    run: readFile,
  },
}
