// @ts-check

/**
 * @typedef {import('../../../framework/src/contract/trace/client-timings.ts').ClientTimings} ClientTimings
 * @typedef {import('../../../framework/src/contract/trace/client-timings.ts').ClientPhase} ClientPhase
 * @typedef {import('./request.js').Outcome} Outcome
 * @typedef {'domainLookupEnd' | 'secureConnectionStart' | 'connectEnd' | 'requestStart' | 'responseStart' | 'responseEnd'} Mark
 * @typedef {Pick<PerformanceResourceTiming, Mark | 'name' | 'fetchStart' | 'nextHopProtocol' | 'responseStatus' | 'encodedBodySize'>} Measured
 */

/** How long the browser may take to write down what it measured, and the server to have its record ready: milliseconds. */
const patience = 1000
const pause = 150

/**
 * Begins to wait for what the browser measures of the next request to an address. An observer hears of it even where the page's list of entries
 * is full.
 *
 * @param {string} url
 * @returns {() => Promise<PerformanceResourceTiming | undefined>} called when the answer is there
 */
export function watchTiming(url) {
  const begun = performance.now()
  /** @type {(entry?: PerformanceResourceTiming) => void} */
  let found = () => {}
  /** @type {Promise<PerformanceResourceTiming | undefined>} */
  const entry = new Promise((resolve) => (found = resolve))
  const observer = new PerformanceObserver((list) => {
    const own = list.getEntriesByName(url).find(({ startTime }) => startTime >= begun)
    if (own instanceof PerformanceResourceTiming) found(own)
  })
  observer.observe({ type: 'resource' })
  return async () => {
    const timer = setTimeout(found, patience)
    const timing = await entry
    clearTimeout(timer)
    observer.disconnect()
    return timing
  }
}

/**
 * The browser's half of a request (W3C Resource Timing): where one phase ends the next begins.
 *
 * @param {Measured} entry
 * @param {number} timeOrigin milliseconds since 1970
 * @returns {ClientTimings | undefined} undefined where the browser keeps its times to itself
 */
export function toTimings(entry, timeOrigin) {
  const { name, fetchStart, domainLookupEnd, secureConnectionStart, connectEnd, requestStart, responseStart, responseEnd } = entry
  if (requestStart === 0 || responseStart === 0) return undefined
  const isSecure = name.startsWith('https:')
  const isReused = domainLookupEnd === fetchStart && connectEnd === fetchStart
  const note = (/** @type {string} */ otherwise) => (isReused ? 'connection reused' : otherwise)
  const size = `${entry.encodedBodySize} bytes`
  /** @type {ClientPhase[]} */
  const phases = []
  let end = 0
  const until = (/** @type {ClientPhase['name']} */ phase, /** @type {number} */ at, /** @type {string} */ text) => {
    const start = end
    end = Math.max(start, round(at - fetchStart))
    phases.push({ name: phase, start, ms: round(end - start), note: text })
  }
  until('dns', domainLookupEnd, isReused ? 'not asked' : 'who answered, browsers do not tell')
  until('tcp', isSecure ? secureConnectionStart : connectEnd, note('new connection'))
  if (isSecure) until('tls', connectEnd, note('new handshake; version and cipher, browsers do not tell'))
  until('request', requestStart, entry.nextHopProtocol)
  until('waiting', responseStart, `status ${entry.responseStatus}`)
  until('content', responseEnd, size)
  return { startedAt: timeOrigin + fetchStart, total: end, phases }
}

/**
 * Hands the browser's half to the console, where there is one that shows this browser what it records: then answers have `Server-Timing`.
 *
 * @param {Outcome} outcome
 * @param {PerformanceResourceTiming | undefined} entry
 * @returns {Promise<string | undefined>} the console's page of the request
 */
export async function tellConsole({ headers }, entry) {
  const id = headers.find(([name]) => name === 'x-request-id')?.[1]
  const timings = entry && toTimings(entry, performance.timeOrigin)
  if (id === undefined || timings === undefined || !headers.some(([name]) => name === 'server-timing')) return undefined
  const path = encodeURIComponent(id)
  const put = () =>
    fetch(`/console/api/operations/${path}/client`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(timings),
    })
  let { status } = await put()
  if (status === 404) {
    // A record is written behind the answer.
    await new Promise((resolve) => setTimeout(resolve, pause))
    status = (await put()).status
  }
  return status === 204 ? `/console/requests/${path}` : undefined
}

/**
 * To a microsecond.
 *
 * @param {number} ms
 */
function round(ms) {
  return Math.round(ms * 1000) / 1000
}
