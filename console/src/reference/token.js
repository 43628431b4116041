// @ts-check

const key = 'reference.token'
/** @type {Set<() => boolean | void>} */
const watchers = new Set()

/** The access token of this tab: gone when the tab is closed, never in a URL. */
export const token = {
  get: () => sessionStorage.getItem(key) ?? '',
  /** @param {string} value */
  set(value) {
    if (value === '') sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, value.replace(/^Bearer\s+/i, '').trim())
    for (const watcher of watchers) if (watcher() === false) watchers.delete(watcher)
  },
  /** @param {() => boolean | void} watcher called after every change, until it answers false */
  watch: (watcher) => void watchers.add(watcher),
}
