import { expect, it } from 'vitest'
import { placeWindow, readPlace } from './place.ts'

const screen = { x: 0, y: 24, width: 1440, height: 876 }
const second = { x: 1440, y: 0, width: 1920, height: 1080 }
const place = { x: 100, y: 100, width: 1000, height: 700, maximized: false }

it('opens the window where it was', () => {
  expect(placeWindow(place, [screen])).toEqual({ x: 100, y: 100, width: 1000, height: 700 })
  expect(placeWindow({ ...place, x: 1600 }, [screen, second])).toMatchObject({ x: 1600 })
})

it('leaves the place to the desktop when its screen has gone', () => {
  expect(placeWindow({ ...place, x: 1600 }, [screen])).toEqual({ width: 1000, height: 700 })
  expect(placeWindow({ ...place, y: 5000 }, [screen])).toEqual({ width: 1000, height: 700 })
})

it('makes the window as small as the screen, and its bar reachable', () => {
  expect(placeWindow({ ...place, width: 4000, height: 3000, y: 10 }, [screen])).toEqual({
    ...{ x: 100, y: 24, width: 1440, height: 876 },
  })
  expect(placeWindow({ ...place, width: 10, height: 10, x: 0 }, [screen])).toMatchObject({ width: 720, height: 480 })
})

it('opens as usual where nothing is known', () => {
  expect(placeWindow(undefined, [screen])).toEqual({ width: 1280, height: 800 })
  expect(placeWindow(undefined, [])).toEqual({ width: 1280, height: 800 })
  expect(readPlace('/nonexistent/window.json')).toBeUndefined()
})
