import { BootError } from '../../std/errors.ts'
import type { Log } from '../../std/log.ts'
import type { Around, OuterAround, Route, Site } from '../stage.ts'

type Layer = Around | OuterAround

/** What a layer must stand outside of (`before`) and inside of (`after`), on the way in. */
export interface LayerOrder {
  before?: readonly Layer[]
  after?: readonly Layer[]
}

const orders = new WeakMap<Layer, LayerOrder>()

/**
 * A layer that says itself where it belongs among others, however the lists are put together that it ends up in. Gives back the same function.
 *
 * Layers that say nothing stay as they are listed. A circle is an error at boot. What no list can fulfil, such as an `outer` layer that
 * must come after an `around` one, is a warning at boot.
 *
 * ```ts
 * import { ordered, type Around } from 'throughline/http'
 *
 * export const timing: Around = async (_c, next) => next()
 * const record: Around = async (_c, next) => next()
 * export const audit = ordered(record, { after: [timing] })
 * ```
 */
export function ordered<Any extends Around | OuterAround>(layer: Any, order: LayerOrder): Any {
  orders.set(layer, order)
  return layer
}

/** Outermost first: as declared, and otherwise as listed. Throws `BootError('layers-circular')`. */
export function sortLayers<Any extends Layer>(layers: readonly Any[], where: string): readonly Any[] {
  const left = [...layers]
  const sorted: Any[] = []
  while (left.length > 0) {
    const at = left.findIndex((layer) => !left.some((other) => other !== layer && standsBefore(other, layer)))
    if (at < 0)
      throw new BootError(
        'layers-circular',
        `Each of the layers ${left.map(nameOf).join(', ')} around ${where} must stand before another of them.`,
      )
    sorted.push(...left.splice(at, 1))
  }
  return sorted
}

/** Tells once of every layer whose place contradicts what it says of itself, or that runs twice. */
export function warnOfLayers(routes: readonly Route[], { outer = [], around, log }: Pick<Site, 'outer' | 'around'> & { log: Log }): void {
  const told = new Set<string>()
  for (const { without = [], around: own = [], endpoint, source } of routes) {
    const inner = [...around, ...own].filter((layer) => !without.includes(layer))
    const outermost = outer.filter((layer) => !without.includes(layer))
    for (const rule of [...contradictions(outermost, inner), ...doubles([...outermost, ...inner])]) {
      if (told.has(rule)) continue
      told.add(rule)
      log.warn('layer out of place', { rule, route: `${endpoint.address} (${source})` })
    }
  }
}

function contradictions(outermost: readonly Layer[], inner: readonly Layer[]): string[] {
  return outermost.flatMap((outside) =>
    inner
      .filter((inside) => standsBefore(inside, outside))
      .map(
        (inside) => `${nameOf(inside)} must stand before ${nameOf(outside)}, but around stands inside of outer: list both in one of them`,
      ),
  )
}

function doubles(layers: readonly Layer[]): string[] {
  return layers
    .filter((layer, i) => layers.indexOf(layer) < i)
    .map((layer) => `${nameOf(layer)} runs twice: take it out of the application or of the group`)
}

function standsBefore(one: Layer, other: Layer): boolean {
  return orders.get(one)?.before?.includes(other) === true || orders.get(other)?.after?.includes(one) === true
}

function nameOf({ name }: Layer): string {
  return name || 'layer'
}
