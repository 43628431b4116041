// @ts-check
import { byId, h, say } from './dom.js'
import { exampleOf } from './example.js'
import { send, toCall } from './request.js'
import { flatten } from './schema.js'
import { token } from './token.js'
import { tokenIn } from './try-it.js'

/**
 * @typedef {import('./model.js').Model} Model
 * @typedef {import('./model.js').Operation} Operation
 */

/**
 * The button and the dialog behind it: paste a token, or get one from a login operation of the API itself.
 *
 * @param {Model} model
 */
export function accessDialog(model) {
  const button = byId('access')
  /** @type {HTMLInputElement} */
  const input = h('input', {
    type: 'password',
    value: token.get(),
    autocomplete: 'off',
    spellcheck: 'false',
    input: () => token.set(input.value),
  })
  /** @type {HTMLButtonElement} */
  const close = h('button', { class: 'quiet', type: 'button', click: () => dialog.close() }, 'Close')
  const forget = h('button', { class: 'quiet', type: 'button', click: () => token.set('') }, 'Forget it')
  const login = [...model.operations.values()].find((operation) => isLogin(operation, model))
  /** @type {HTMLDialogElement} */
  const dialog = h(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'access-title' },
    h('h2', { id: 'access-title' }, 'Access token'),
    h(
      'p',
      { class: 'faint' },
      'Sent as Authorization: Bearer with operations that need one. It stays in this tab and is gone when you close it.',
    ),
    // In a form of its own, or browsers complain about a password outside of one.
    h(
      'form',
      { submit: (/** @type {Event} */ event) => event.preventDefault() },
      h('label', { class: 'field' }, h('span', {}, h('code', {}, 'token')), input),
    ),
    login ? loginForm(login, model, () => dialog.close()) : null,
    h('div', { class: 'actions' }, close, forget),
  )
  const show = () => {
    if (input.value !== token.get()) input.value = token.get()
    button.textContent = token.get() ? 'Token set' : 'Access token'
    button.toggleAttribute('data-on', token.get() !== '')
  }
  token.watch(show)
  show()
  button.addEventListener('click', () => dialog.showModal())
  document.body.append(dialog)
}

/**
 * @param {Operation} operation
 * @param {Model} model
 * @param {() => void} done
 */
function loginForm(operation, model, done) {
  const example = /** @type {Record<string, unknown>} */ (
    operation.body?.example ?? exampleOf(operation.body?.schema ?? {}, model.resolve) ?? {}
  )
  const values = { ...example }
  const problem = h('p', { class: 'warning', role: 'alert' })
  const button = h('button', { class: 'primary', type: 'submit' }, operation.summary)
  const fields = Object.entries(example)
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) =>
      h(
        'label',
        { class: 'field' },
        h('span', {}, h('code', {}, name)),
        h('input', {
          type: isSecret(name) ? 'password' : 'text',
          value: String(value),
          autocomplete: 'off',
          input: (/** @type {Event} */ event) => (values[name] = /** @type {HTMLInputElement} */ (event.target).value),
        }),
      ),
    )

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault()
    button.disabled = true
    const outcome = await send(toCall(operation, new Map([['body', JSON.stringify(values)]]), '')).catch(() => undefined)
    button.disabled = false
    const issued = tokenIn(outcome?.json)
    if (!issued) {
      const detail = /** @type {Record<string, unknown> | undefined} */ (outcome?.json)?.['detail']
      problem.textContent = outcome
        ? `${outcome.status}: ${typeof detail === 'string' ? detail : outcome.statusText}`
        : 'No answer: the server cannot be reached.'
      return
    }
    problem.textContent = ''
    token.set(issued)
    say('Logged in')
    done()
  }
  return h(
    'form',
    { class: 'login', submit },
    h('p', { class: 'faint' }, 'Or get one: ', h('code', {}, `${operation.method} ${operation.path}`)),
    fields,
    problem,
    h('div', { class: 'actions' }, button),
  )
}

/**
 * Without authentication of its own, takes a password, gives a token.
 *
 * @param {Operation} operation
 * @param {Model} model
 */
function isLogin(operation, model) {
  if (operation.secured || operation.method !== 'POST' || !operation.body) return false
  const takes = flatten(operation.body.schema, model.resolve).properties ?? {}
  const success = operation.answers.find((answer) => answer.status.startsWith('2'))
  const gives = flatten(success?.schema ?? {}, model.resolve).properties ?? {}
  return Object.keys(takes).some(isSecret) && ('accessToken' in gives || 'access_token' in gives)
}

/** @param {string} name */
function isSecret(name) {
  return /password|secret|passphrase/i.test(name)
}
