// @ts-check
import { h } from './dom.js'

/**
 * A JSON value, indented and coloured.
 *
 * @param {unknown} value
 * @returns {HTMLElement}
 */
export function jsonView(value) {
  const code = h('code')
  write(code, value, '\n')
  return code
}

/**
 * @param {HTMLElement} into
 * @param {unknown} value
 * @param {string} newline with the indentation so far
 */
function write(into, value, newline) {
  if (value === null || typeof value !== 'object') {
    into.append(h('span', { class: `json-${value === null ? 'null' : typeof value}` }, JSON.stringify(value)))
    return
  }
  const list = Array.isArray(value)
  const entries = Object.entries(value)
  if (entries.length === 0) {
    into.append(list ? '[]' : '{}')
    return
  }
  into.append(list ? '[' : '{')
  entries.forEach(([key, member], index) => {
    into.append(`${newline}  `)
    if (!list) into.append(h('span', { class: 'json-key' }, JSON.stringify(key)), ': ')
    write(into, member, `${newline}  `)
    if (index < entries.length - 1) into.append(',')
  })
  into.append(newline, list ? ']' : '}')
}
