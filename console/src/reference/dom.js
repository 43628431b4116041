// @ts-check

/**
 * @typedef {Node | string | number | false | null | undefined} Child
 * @typedef {string | number | boolean | undefined | ((event: any) => unknown)} Attribute
 */

/**
 * Makes an element. Whatever a document says goes in as text nodes and attributes, never as markup: that is what keeps this page free of injection.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Attribute>} attributes functions are listeners: `{ click: () => … }`
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, /** @type {EventListener} */ (value))
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value))
  }
  append(element, children)
  return element
}

/**
 * @param {Element} element
 * @param {(Child | Child[])[]} children
 */
export function append(element, children) {
  for (const child of children.flat()) {
    if (child !== undefined && child !== null && child !== false) element.append(typeof child === 'number' ? String(child) : child)
  }
}

/**
 * @template {HTMLElement} [Found=HTMLElement]
 * @param {string} id
 * @returns {Found}
 */
export function byId(id) {
  return /** @type {Found} */ (document.getElementById(id))
}

/**
 * Prose of a contract: blank lines part paragraphs, backticks mark code. Nothing else of Markdown is understood.
 *
 * @param {string | undefined} text
 * @returns {HTMLElement[]}
 */
export function prose(text) {
  if (!text) return []
  return text.split(/\n{2,}/).map((paragraph) => h('p', {}, inline(paragraph)))
}

/**
 * @param {string} text
 * @returns {Child[]}
 */
export function inline(text) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part))
}

/**
 * Tells screen readers what sighted people see happen.
 *
 * @param {string} text
 */
export function say(text) {
  byId('said').textContent = text
}

/**
 * @param {() => string} text read when the button is pressed
 * @param {string} what names it for screen readers
 */
export function copyButton(text, what) {
  const button = h('button', { class: 'quiet small', type: 'button', 'aria-label': `Copy ${what}`, click: copy }, 'Copy')
  async function copy() {
    try {
      await navigator.clipboard.writeText(text())
      button.textContent = 'Copied'
      say(`Copied ${what}`)
    } catch {
      button.textContent = 'Not allowed'
    }
    setTimeout(() => (button.textContent = 'Copy'), 1500)
  }
  return button
}
