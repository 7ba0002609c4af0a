import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const thermal = '/sys/class/thermal'
const sensors = '/sys/class/hwmon'
/** Sensors that are not connected say such things as -274 or 255. */
const coldest = 1
const hottest = 130

const listOf = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    // A machine without it, as a virtual one.
    return []
  }
}

function celsiusOf(file: string): number | undefined {
  try {
    const celsius = Number(readFileSync(file, 'latin1')) / 1000
    return celsius >= coldest && celsius <= hottest ? celsius : undefined
  } catch {
    // A sensor that sleeps answers with an error.
    return undefined
  }
}

/** The hottest place that the machine tells of; undefined where it tells of none. */
export function readTemperature(): number | undefined {
  const zones = listOf(thermal)
    .filter((name) => name.startsWith('thermal_zone'))
    .map((name) => join(thermal, name, 'temp'))
  const chips = listOf(sensors).flatMap((chip) =>
    listOf(join(sensors, chip))
      .filter((name) => /^temp\d+_input$/.test(name))
      .map((name) => join(sensors, chip, name)),
  )
  const found = [...zones, ...chips].map(celsiusOf).filter((celsius) => celsius !== undefined)
  return found.length > 0 ? Math.round(Math.max(...found) * 10) / 10 : undefined
}
