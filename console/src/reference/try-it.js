// @ts-check
import { tellConsole, watchTiming } from './client-half.js'
import { copyButton, h, say } from './dom.js'
import { exampleOf } from './example.js'
import { jsonView } from './json-view.js'
import { parse, send, toCall, toCurl } from './request.js'
import { typeLabel } from './schema.js'
import { token } from './token.js'

/**
 * @typedef {import('./model.js').Operation} Operation
 * @typedef {import('./model.js').Parameter} Parameter
 * @typedef {import('./model.js').Model} Model
 * @typedef {import('./request.js').Outcome} Outcome
 */

/** What was typed, by operation: going to another page and back loses nothing. @type {Map<string, Map<string, string>>} */
const drafts = new Map()
/** A body longer than this is shown as plain text: a span a token would stall the tab. */
const longestColoured = 200_000

/**
 * The form that sends a real request, its answer, and the same request for curl.
 *
 * @param {Operation} operation
 * @param {Model} model
 */
export function tryIt(operation, model) {
  const values = drafts.get(operation.id) ?? firstValues(operation, model)
  drafts.set(operation.id, values)
  const curl = h('code')
  const result = h('div', { class: 'result', 'aria-live': 'polite' })
  const button = h('button', { class: 'primary', type: 'submit' }, 'Send')
  const current = () => toCall(operation, values, token.get())
  const showCurl = () => void (curl.textContent = toCurl(shortened(current())))

  const form = h(
    'form',
    { class: 'try', id: 'try', submit, keydown: sendByKeys, 'aria-label': 'Try it' },
    operation.parameters.map((parameter) => field(parameter, values, showCurl, model)),
    operation.body ? bodyField(operation.id, values, showCurl) : null,
    operation.secured ? accessHint() : null,
    h('div', { class: 'actions' }, button, h('span', { class: 'faint keys-hint' }, h('kbd', {}, 'Ctrl'), ' ', h('kbd', {}, 'Enter'))),
  )

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault()
    button.disabled = true
    const call = current()
    const timing = watchTiming(call.url)
    try {
      const outcome = await send(call)
      result.replaceChildren(answerView(outcome))
      say(`Answered ${outcome.status} ${outcome.statusText}`)
      void showInConsole(outcome, timing)
    } catch {
      void timing()
      result.replaceChildren(h('p', { class: 'notice' }, 'No answer: the server cannot be reached from here. Is it still running?'))
    }
    button.disabled = false
    showCurl()
  }

  /**
   * @param {Outcome} outcome
   * @param {ReturnType<typeof watchTiming>} timing
   */
  async function showInConsole(outcome, timing) {
    const answer = result.firstElementChild
    const page = await tellConsole(outcome, await timing()).catch(() => undefined)
    if (page !== undefined)
      answer?.querySelector('.outcome')?.after(h('p', { class: 'in-console' }, h('a', { href: page }, 'Where its time went')))
  }

  /** @param {KeyboardEvent} event */
  function sendByKeys(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  }

  token.watch(() => (form.isConnected ? showCurl() : false))
  showCurl()
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, 'Try it'),
    form,
    result,
    h(
      'div',
      { class: 'code' },
      h(
        'div',
        { class: 'code-head' },
        'curl',
        copyButton(() => toCurl(current()), 'the curl command'),
      ),
      h('pre', { tabindex: 0, 'aria-label': 'curl command' }, curl),
    ),
  )
}

/**
 * @param {Operation} operation
 * @param {Model} model
 */
function firstValues(operation, model) {
  /** @type {Map<string, string>} */
  const values = new Map()
  for (const { name, in: place, schema, required, example } of operation.parameters) {
    // What is optional stays empty: an example in every filter of a list would find nothing.
    const given = example ?? (required ? exampleOf(schema, model.resolve) : undefined)
    if (given !== undefined) values.set(`${place}:${name}`, typeof given === 'string' ? given : JSON.stringify(given))
  }
  if (operation.body) values.set('body', JSON.stringify(operation.body.example ?? exampleOf(operation.body.schema, model.resolve), null, 2))
  return values
}

/**
 * @param {Parameter} parameter
 * @param {Map<string, string>} values
 * @param {() => void} changed
 * @param {Model} model
 */
function field({ name, in: place, schema: source, required }, values, changed, model) {
  const key = `${place}:${name}`
  const { schema } = model.resolve(source)
  const change = (/** @type {Event} */ event) => {
    values.set(key, /** @type {HTMLInputElement} */ (event.target).value)
    changed()
  }
  const options = schema['enum'] ?? (schema['type'] === 'boolean' ? [true, false] : undefined)
  const control = options
    ? h(
        'select',
        { input: change },
        required ? null : h('option', { value: '' }, ''),
        options.map((/** @type {unknown} */ one) =>
          h('option', { value: String(one), selected: values.get(key) === String(one) }, String(one)),
        ),
      )
    : h('input', {
        type: 'text',
        value: values.get(key),
        input: change,
        required: required && place === 'path',
        placeholder: String(schema['examples']?.[0] ?? schema['example'] ?? typeLabel(source, model.resolve)),
        autocomplete: 'off',
        spellcheck: 'false',
        inputmode: schema['type'] === 'integer' ? 'numeric' : undefined,
      })
  return h('label', { class: 'field' }, h('span', {}, h('code', {}, name), h('span', { class: 'faint' }, place)), control)
}

/**
 * @param {string} id
 * @param {Map<string, string>} values
 * @param {() => void} changed
 */
function bodyField(id, values, changed) {
  const warning = h('span', { class: 'warning', id: `${id}-warning` })
  const area = h('textarea', {
    rows: Math.min((values.get('body') ?? '').split('\n').length, 18),
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-describedby': `${id}-warning`,
    input: change,
  })
  area.value = values.get('body') ?? ''
  function change() {
    values.set('body', area.value)
    // It may be sent all the same: seeing the 400 is part of learning an API.
    warning.textContent = area.value !== '' && parse(area.value) === undefined ? 'not JSON yet' : ''
    changed()
  }
  return h('label', { class: 'field' }, h('span', {}, h('code', {}, 'body'), warning), area)
}

function accessHint() {
  const hint = h('p', { class: 'faint' })
  const show = () => void (hint.textContent = token.get() ? 'Sent with your access token.' : 'This operation needs an access token.')
  token.watch(() => (hint.isConnected ? show() : false))
  show()
  return hint
}

/** @param {Outcome} outcome */
function answerView({ status, statusText, milliseconds, headers, text, json, size }) {
  const body = json === undefined || text.length > longestColoured ? h('code', {}, text) : jsonView(json)
  const issued = tokenIn(json)
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'outcome' },
      h('strong', { class: `status s${Math.floor(status / 100)}` }, `${status} ${statusText}`),
      h(
        'span',
        { class: 'faint' },
        `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms · ${size.toLocaleString('en')} bytes`,
      ),
    ),
    issued ? h('button', { class: 'primary', type: 'button', click: () => useToken(issued) }, 'Use this token for all requests') : null,
    h(
      'details',
      { class: 'headers' },
      h('summary', {}, `${headers.length} headers`),
      h(
        'dl',
        {},
        headers.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
      ),
    ),
    text === ''
      ? h('p', { class: 'faint' }, 'No body.')
      : h(
          'div',
          { class: 'code' },
          h(
            'div',
            { class: 'code-head' },
            'body',
            copyButton(() => text, 'the body'),
          ),
          h('pre', { tabindex: 0, 'aria-label': 'Body of the answer' }, body),
        ),
  )
}

/** @param {string} value */
function useToken(value) {
  token.set(value)
  say('The token is used for all requests of this tab')
}

/**
 * The access token in an answer, by its usual names (RFC 6749, 5.1).
 *
 * @param {unknown} json
 * @returns {string | undefined}
 */
export function tokenIn(json) {
  const { accessToken, access_token: standard } = /** @type {Record<string, unknown>} */ (json ?? {})
  const found = accessToken ?? standard
  return typeof found === 'string' ? found : undefined
}

/**
 * For the eye only: a whole token would push the rest of the command out of sight.
 *
 * @param {import('./request.js').Call} call
 */
function shortened(call) {
  const header = call.headers['authorization']
  return header && header.length > 32
    ? { ...call, headers: { ...call.headers, authorization: `${header.slice(0, 16)}…${header.slice(-6)}` } }
    : call
}
