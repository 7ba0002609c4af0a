import { X } from 'lucide-react'
import { keyGroups } from '../actions/index.ts'
import { Dialog, IconButton, KeyCaps } from '../parts/index.ts'

/** Every key, from the table of actions itself. */
export function KeyMap({ onClose }: { onClose: () => void }) {
  return (
    <Dialog label="Keys" className="keymap" onClose={onClose}>
      <div className="row keymap-head">
        <h2 className="dialog-title grow">Keys</h2>
        <IconButton icon={X} label="Close" data-autofocus="" onClick={onClose} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section className="keymap-groups" aria-label="All keys" tabIndex={0}>
        {keyGroups().map(({ name, keys }) => (
          <section key={name} aria-label={name}>
            <h3 className="cap">{name}</h3>
            <dl>
              {keys.map(({ keys: which, what }) => (
                <div className="row" key={`${which} ${what}`}>
                  <dt>{what}</dt>
                  <dd className="push">
                    <KeyCaps keys={which} />
                    <span className="out-of-sight">{which}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </section>
    </Dialog>
  )
}
