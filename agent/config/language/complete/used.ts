import type { Attribute, Body } from '../../syntax/ast.ts'
import { plainText } from '../names.ts'
import { children, visit } from '../walk.ts'
import type { Workspace } from '../workspace.ts'

/** Attributes of a name in all blocks of a type. */
function attributesOf({ files }: Workspace, block: string, name: string): Attribute[] {
  const found: Attribute[] = []
  const look = (body: Body, type: string): void => {
    for (const item of body.items) {
      if (item.kind === 'block') look(item.body, item.type)
      else if (item.name === name && isAlike(type, block)) found.push(item)
    }
  }
  for (const file of files) look(file.body, '')
  return found
}

/** A template has what a service has. */
function isAlike(a: string, b: string): boolean {
  const plain = (type: string): string => (type === 'template' ? 'service' : type)
  return plain(a) === plain(b)
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].filter((name) => name !== '').sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** The keys of maps that an attribute has anywhere. */
export function mapKeys(workspace: Workspace, block: string, name: string): string[] {
  return sorted(
    attributesOf(workspace, block, name).flatMap(({ value }) =>
      value.kind === 'object'
        ? value.entries.flatMap(({ key }) => (key.kind === 'variable' ? [key.name] : (plainText(key)?.text ?? [])))
        : [],
    ),
  )
}

/** The plain texts that an attribute has anywhere: tags, namespaces. */
export function textsUsed(workspace: Workspace, block: string, name: string): string[] {
  return sorted(
    attributesOf(workspace, block, name).flatMap(({ value }) =>
      [value, ...children(value)].flatMap((expression) => plainText(expression)?.text ?? []),
    ),
  )
}

/** Names that the files use already first, then those that the agent has. */
export function environmentNames(workspace: Workspace): string[] {
  const own = Object.keys(workspace.env).sort()
  return [...new Set([...environmentUsed(workspace), ...own])].filter((name) => /^\w+$/.test(name))
}

/** Environment variables that the files look up. */
function environmentUsed({ files }: Workspace): string[] {
  const names: string[] = []
  const look = (body: Body): void => {
    for (const item of body.items) {
      if (item.kind === 'block') look(item.body)
      else
        visit(item.value, (expression) => {
          if (
            expression.kind === 'get-attribute' &&
            expression.object.kind === 'variable' &&
            expression.object.name === 'env'
          )
            names.push(expression.name)
          const text = plainText(expression)?.text
          if (text?.startsWith('env:')) names.push(text.slice('env:'.length))
        })
    }
  }
  for (const file of files) look(file.body)
  return sorted(names)
}
