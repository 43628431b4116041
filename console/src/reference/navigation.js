// @ts-check
import { byId, h } from './dom.js'
import { methodBadge } from './pages.js'

/** @typedef {import('./model.js').Model} Model */

/**
 * The list beside the page: what is typed filters it, keys move in it.
 *
 * @param {Model} model
 */
export function navigation(model) {
  const search = /** @type {HTMLInputElement} */ (byId('search'))
  const link = (/** @type {import('./model.js').Operation} */ operation) =>
    h(
      'a',
      {
        href: `#${operation.id}`,
        title: `${operation.method} ${operation.path}`,
        'data-text': `${operation.method} ${operation.path} ${operation.summary} ${operation.id}`.toLowerCase(),
        class: operation.deprecated ? 'struck' : undefined,
      },
      methodBadge(operation.method),
      h('span', {}, operation.summary),
    )
  const nothing = h('p', { class: 'faint nothing', hidden: true }, 'Nothing found.')
  byId('groups').replaceChildren(
    ...model.groups.map((group) =>
      h(
        'section',
        {},
        h('h2', {}, group.name),
        h(
          'ul',
          {},
          group.operations.map((operation) => h('li', {}, link(operation))),
        ),
      ),
    ),
    h(
      'section',
      {},
      h('h2', {}, 'Reference'),
      h(
        'ul',
        {},
        h(
          'li',
          {},
          h(
            'a',
            { href: '#errors', 'data-text': `errors problems ${[...model.problems.keys()].join(' ')}` },
            h('span', { class: 'method' }, 'ERR'),
            h('span', {}, 'Errors'),
          ),
        ),
      ),
    ),
    nothing,
  )

  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(/\s+/)
    for (const item of byId('groups').querySelectorAll('li')) {
      const text = item.querySelector('a')?.dataset['text'] ?? ''
      item.hidden = !words.every((word) => text.includes(word))
    }
    for (const section of byId('groups').querySelectorAll('section')) section.hidden = !section.querySelector('li:not([hidden])')
    nothing.hidden = visibleLinks().length > 0
  })
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') visibleLinks()[0]?.click()
    if (event.key === 'Escape') {
      search.value = ''
      search.dispatchEvent(new Event('input'))
      search.blur()
    }
  })
  document.addEventListener('keydown', (event) => onKey(event, search))
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLInputElement} search
 */
function onKey(event, search) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return
  const at = document.activeElement
  const inList = at === search || byId('groups').contains(at)
  const typing = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step !== 0 && inList) move(step, event, search)
  else if (typing) return
  else if (event.key === 'j' || event.key === 'k') move(event.key === 'j' ? 1 : -1, event, search)
  else if (event.key === '/') focus(search, event)
  else if (event.key === 't') focus(document.querySelector('#try :is(input, select, textarea, button)'), event)
}

/**
 * @param {1 | -1} step
 * @param {KeyboardEvent} event
 * @param {HTMLInputElement} search
 */
function move(step, event, search) {
  const links = visibleLinks()
  const from = document.activeElement
  const focused = links.findIndex((link) => link === from)
  const start = focused >= 0 || from === search ? focused : links.findIndex((link) => link.ariaCurrent === 'page')
  if (start + step < 0) focus(search, event)
  else focus(links[Math.min(start + step, links.length - 1)] ?? null, event)
}

/**
 * @param {Element | null | undefined} target
 * @param {Event} event
 */
function focus(target, event) {
  if (!(target instanceof HTMLElement)) return
  event.preventDefault()
  if (byId('nav').contains(target)) openNavigation(true)
  target.focus()
  if (target instanceof HTMLInputElement) target.select()
}

function visibleLinks() {
  return [.../** @type {NodeListOf<HTMLAnchorElement>} */ (byId('groups').querySelectorAll('li:not([hidden]) a'))]
}

/**
 * Marks the page that is shown.
 *
 * @param {string} id
 */
export function markCurrent(id) {
  for (const link of byId('groups').querySelectorAll('a')) link.ariaCurrent = link.getAttribute('href') === `#${id}` ? 'page' : null
  byId('groups').querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
}

/** On a narrow screen the list lies over the page. @param {boolean} open */
export function openNavigation(open) {
  document.body.toggleAttribute('data-nav', open)
  document.querySelector('.menu')?.setAttribute('aria-expanded', String(open))
}
