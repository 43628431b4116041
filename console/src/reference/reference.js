// @ts-check
import { accessDialog } from './access.js'
import { byId, h } from './dom.js'
import { readDocument } from './model.js'
import { markCurrent, navigation, openNavigation } from './navigation.js'
import { operationPage } from './operation-page.js'
import { errorsPage, overviewPage } from './pages.js'

/** @typedef {import('./model.js').Model} Model */

const themes = /** @type {const} */ (['auto', 'light', 'dark'])

/** @param {Model} model */
function show(model) {
  const id = decodeURIComponent(location.hash.slice(1))
  const operation = model.operations.get(id)
  const code = id.replace(/^error-/, '')
  const isErrors = id === 'errors' || (!operation && model.problems.has(code))
  const page = operation ? operationPage(operation, model) : isErrors ? errorsPage(model) : overviewPage(model)
  byId('content').replaceChildren(page)
  const title = page.querySelector('h1')?.textContent ?? ''
  const name = model.info['title'] ?? 'API'
  document.title = title === name ? `${name} reference` : `${title} · ${name}`
  markCurrent(isErrors ? 'errors' : id)
  openNavigation(false)
  const target = isErrors ? document.getElementById(`error-${code}`) : null
  target?.classList.add('meant')
  ;(target ?? document.documentElement).scrollIntoView()
  return page.querySelector('h1')
}

/** @param {string | undefined} theme */
function showTheme(theme) {
  const name = theme ?? 'auto'
  if (name === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = name
  byId('theme').textContent = { auto: 'Auto', light: 'Light', dark: 'Dark' }[name] ?? 'Auto'
  byId('theme').setAttribute('aria-label', `Theme: ${name}. Change it`)
}

function wireFrame() {
  showTheme(document.documentElement.dataset['theme'])
  byId('theme').addEventListener('click', () => {
    const at = themes.findIndex((theme) => theme === (document.documentElement.dataset['theme'] ?? 'auto'))
    const next = themes[(at + 1) % themes.length] ?? 'auto'
    localStorage.setItem('reference.theme', next)
    showTheme(next)
  })
  document.querySelector('.menu')?.addEventListener('click', () => openNavigation(!document.body.hasAttribute('data-nav')))
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    // The hash says which operation is shown: a plain jump would leave it.
    event.preventDefault()
    byId('content').focus()
  })
  document.addEventListener('keydown', (event) => event.key === 'Escape' && openNavigation(false))
}

async function open() {
  wireFrame()
  const [document, known] = await Promise.all(['../openapi.json', './errors.json'].map(read))
  const model = readDocument(document, known)
  byId('title').textContent = model.info['title'] ?? 'API'
  byId('version').textContent = model.info['version'] ?? ''
  navigation(model)
  accessDialog(model)
  show(model)
  addEventListener('hashchange', () => show(model)?.focus({ preventScroll: true }))
}

/** @param {string} file */
async function read(file) {
  const response = await fetch(new URL(file, import.meta.url))
  if (!response.ok) throw new Error(`${file} answered ${response.status}`)
  return response.json()
}

open().catch((/** @type {Error} */ error) => {
  byId('content').replaceChildren(
    h('h1', {}, 'The contract cannot be read'),
    h('p', { class: 'notice' }, `${error.message}. Reload the page once the server is ready.`),
  )
})
