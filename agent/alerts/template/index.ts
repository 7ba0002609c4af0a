import mustache from 'mustache'
import { messageOf } from '../../../contract/failure.ts'

/** A template that would come to more characters than this is not worked out. */
const mostCharacters = 1_000_000
/** What a value is taken to come to, in characters. */
const usualValue = 200
/** The one name that stands for a list. */
const listName = 'alerts'
const mostTemplateCharacters = 10_000

export type Rendered = { text: string } | { problem: string }
type Token = [kind: string, value: string, start: number, end: number, inner?: Token[]]

/** What is wrong with a template, if anything. */
export function checkTemplate(template: string, mostItems = 1): string | undefined {
  if (template.length > mostTemplateCharacters) return `it has more than ${mostTemplateCharacters} characters`
  try {
    const tokens = new mustache.Writer().parse(template) as Token[]
    if (tokens.some(({ 0: kind }) => kind === '>')) return 'it includes another template, and there are none'
    return sizeOf(tokens, mostItems) > mostCharacters ? 'it would become too long' : undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** Sections of the list count for each of its items, also where one stands within another. */
function sizeOf(tokens: readonly Token[], items: number): number {
  let size = 0
  for (const [kind, value, , , inner] of tokens) {
    if (kind === 'text') size += value.length
    else if (inner) size += (kind === '#' && value === listName ? items : 1) * sizeOf(inner, items)
    else size += usualValue
  }
  return size
}

/**
 * Mustache: names, sections and nothing that is run. Values are escaped by `escaping`, for what they are put into.
 */
export function render(
  template: string,
  view: object,
  escaping: (value: string) => string,
  mostItems: number,
): Rendered {
  const problem = checkTemplate(template, mostItems)
  if (problem !== undefined) return { problem }
  try {
    return { text: new mustache.Writer().render(template, view, {}, { escape: (value) => escaping(String(value)) }) }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}
