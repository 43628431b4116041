import { dirname, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const ownFolder = dirname(fileURLToPath(import.meta.url)) + sep

/** `src/store/orders.ts:41:13`: the first line of the stack that is not the db service itself. */
export function borrowerLine(borrowed: Error | undefined): string | undefined {
  for (const frame of borrowed?.stack?.split('\n').slice(1) ?? []) {
    const place = /\(?((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(frame)?.[1]
    if (place === undefined) continue
    const path = place.startsWith('file://')
      ? fileURLToPath(place.replace(/:\d+:\d+$/, '')) + place.slice(place.search(/:\d+:\d+$/))
      : place
    if (!path.startsWith(ownFolder) || path.includes('.test.') || path.startsWith(ownFolder + 'suite')) return path
  }
  return undefined
}
