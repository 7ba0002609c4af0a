import { openPalette, pageActions, showKeys } from './panel.ts'
import { allServiceActions } from './service.ts'

export interface KeyGroup {
  name: string
  keys: readonly { keys: string; what: string }[]
}

/** Keys that only move about in a page, beside those of actions. */
const movements: readonly KeyGroup[] = [
  {
    name: 'In a list of services',
    keys: [
      { keys: 'j', what: 'Next service' },
      { keys: 'k', what: 'Previous service' },
      { keys: 'enter', what: 'Open' },
      { keys: 'x', what: 'Select' },
      { keys: 'mod+a', what: 'Select all' },
      { keys: '/', what: 'Filter' },
    ],
  },
  {
    name: 'In the logs',
    keys: [
      { keys: 'f', what: 'Follow or pause' },
      { keys: '/', what: 'Search' },
      { keys: 'n', what: 'Next hit' },
      { keys: 'N', what: 'Previous hit' },
      { keys: 'arrowDown', what: 'Next line' },
      { keys: 'arrowUp', what: 'Previous line' },
      { keys: 'enter', what: 'Open the line' },
      { keys: 'g', what: 'The oldest line' },
      { keys: 'G', what: 'The newest line' },
    ],
  },
  {
    name: 'On a chart',
    keys: [
      { keys: 'arrowLeft', what: 'Back in time' },
      { keys: 'arrowRight', what: 'On in time' },
      { keys: '+', what: 'Nearer' },
      { keys: '-', what: 'Farther' },
      { keys: '0', what: 'All of the range' },
      { keys: 'n', what: 'Next mark' },
      { keys: 'N', what: 'Previous mark' },
      { keys: 'enter', what: 'Logs of that moment' },
    ],
  },
  {
    name: 'In the configuration',
    keys: [
      { keys: 'e', what: 'To the text' },
      { keys: 'escape tab', what: 'Out of the text' },
      { keys: 'mod+s', what: 'Apply' },
      { keys: 'mod+space', what: 'Complete' },
      { keys: 'F1', what: 'Help for what stands here' },
      { keys: 'F2', what: 'Rename everywhere' },
      { keys: 'F8', what: 'Next problem' },
      { keys: 'F12', what: 'Go to the definition' },
      { keys: 'mod+f', what: 'Find and replace' },
      { keys: 'alt+F', what: 'Format' },
    ],
  },
  {
    name: 'In a service',
    keys: [{ keys: 'escape', what: 'Back to all services' }],
  },
]

const labelled = ({ keys, label }: { keys: string | undefined; label: string }, what = label) =>
  keys === undefined ? [] : [{ keys, what }]

/** What the key map shows: every key of the table of actions, and those that move about. */
export function keyGroups(): KeyGroup[] {
  const verbs = allServiceActions.flatMap(({ key, label, id }) =>
    id === 'start' ? [] : labelled({ keys: key, label }, id === 'stop' ? 'Start or stop' : label),
  )
  return [
    {
      name: 'Anywhere',
      keys: [
        ...labelled(openPalette),
        ...pageActions.flatMap((action) => labelled(action, `Go to ${action.label}`)),
        ...labelled(showKeys, 'Show these keys'),
      ],
    },
    { name: 'With a service', keys: verbs },
    ...movements,
  ]
}
