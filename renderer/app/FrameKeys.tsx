import { type Keys, openPalette, panelActions, useKeys } from '../actions/index.ts'

const keys: Keys = Object.fromEntries(
  [openPalette, ...panelActions].flatMap(({ keys: own, refusal, run }) =>
    own === undefined
      ? []
      : [
          [
            own,
            (event: KeyboardEvent): void => {
              event.preventDefault()
              if (!event.repeat && refusal() === null) run()
            },
          ] as const,
        ],
  ),
)

/** The keys that every page has, from the table of actions. */
export function FrameKeys() {
  useKeys(keys, 'frame')
  return null
}
