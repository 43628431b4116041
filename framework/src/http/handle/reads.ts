import { addVary, setHeader } from '../headers.ts'
import type { Exchange } from '../exchange.ts'
import type { Stage } from '../stage.ts'

/**
 * What your code reads of the headers of a request, for an answer that caches keep: `Vary` names it. A cache that is not told
 * gives the answer to one caller's cookie, tenant or language to the next one (RFC 9111, 4.1).
 */
export const reads: Stage = {
  name: 'reads',
  compile({ endpoint }) {
    if (typeof endpoint.promises.cache !== 'object') return undefined
    return {
      stage: 'reads',
      label: 'vary by what is read',
      enter(c) {
        c.reads = new Set()
        return undefined
      },
      leave(c, outgoing) {
        if (c.reads === undefined) return
        if (c.reads.has('*')) setHeader(outgoing, 'vary', '*')
        else for (const name of c.reads) addVary(outgoing, name)
      },
    }
  },
}

// A cache looks at these by itself: the host is part of its key, the conditions are its own affair (RFC 9111, 4.3).
const ofTheCache = /^(?:host|range|if-[a-z-]+)$/

/** The same headers, with a note of each name that is read. Whoever reads them all has read what no cache can compare: `*`. */
export function watched(headers: Exchange['headers'], names: Set<string>): Exchange['headers'] {
  const note = (name: string | symbol) => {
    if (typeof name === 'string' && !ofTheCache.test(name)) names.add(name)
  }
  return new Proxy(headers, {
    get(target, name) {
      note(name)
      return target[name as string]
    },
    has(target, name) {
      note(name)
      return name in target
    },
    ownKeys(target) {
      names.add('*')
      return Reflect.ownKeys(target)
    },
  })
}
