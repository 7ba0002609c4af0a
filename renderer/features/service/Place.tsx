import { copyText } from '../../actions/index.ts'
import { showDone } from '../../store/index.ts'

/** A place in a file, short, as a button that copies the whole of it. */
export function Place({ origin, place }: { origin: string; place: string }) {
  return (
    <button
      type="button"
      className="link mono place"
      title={`${origin}, ${place}. A click copies the place`}
      onClick={() => void copyText(place).then((done) => done && showDone('Copied', place))}
    >
      {place.slice(place.lastIndexOf('/') + 1)}
    </button>
  )
}
