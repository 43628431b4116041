// @ts-check
import { copyButton, h, inline, prose } from './dom.js'
import { methodBadge, problemView, statusBadge } from './pages.js'
import { memberRow, schemaView } from './schema.js'
import { tryIt } from './try-it.js'

/**
 * @typedef {import('./model.js').Model} Model
 * @typedef {import('./model.js').Operation} Operation
 * @typedef {import('./model.js').Answer} Answer
 */

/**
 * @param {Operation} operation
 * @param {Model} model
 */
export function operationPage(operation, model) {
  const places = /** @type {const} */ ([
    ['path', 'Path'],
    ['query', 'Query'],
    ['header', 'Headers'],
    ['cookie', 'Cookies'],
  ])
  return h(
    'article',
    { class: 'page operation' },
    h(
      'div',
      { class: 'words-column' },
      h('h1', { tabindex: -1 }, operation.summary),
      h(
        'p',
        { class: 'address' },
        methodBadge(operation.method),
        h('code', { class: 'path' }, pathParts(operation.path)),
        copyButton(() => operation.path, 'the path'),
      ),
      h(
        'p',
        { class: 'traits' },
        operation.secured ? h('span', { class: 'trait' }, 'Needs an access token') : h('span', { class: 'trait open' }, 'Public'),
        operation.deprecated ? h('span', { class: 'deprecated' }, 'deprecated') : null,
      ),
      prose(operation.description),
      places.map(([place, title]) =>
        parameterSection(
          title,
          operation.parameters.filter((one) => one.in === place),
          model,
        ),
      ),
      operation.body
        ? h(
            'section',
            {},
            h('h2', {}, 'Body ', h('small', { class: 'faint' }, operation.body.media)),
            schemaView(operation.body.schema, model.resolve),
          )
        : null,
      h(
        'section',
        {},
        h('h2', {}, 'Responses'),
        operation.answers.map((answer) => answerSection(answer, model)),
      ),
    ),
    tryIt(operation, model),
  )
}

/** @param {string} path */
function pathParts(path) {
  return path.split(/(\{[^}]+\})/).map((part) => (part.startsWith('{') ? h('span', { class: 'param' }, part) : part))
}

/**
 * @param {string} title
 * @param {import('./model.js').Parameter[]} parameters
 * @param {Model} model
 */
function parameterSection(title, parameters, model) {
  if (parameters.length === 0) return null
  return h(
    'section',
    {},
    h('h2', {}, title),
    h(
      'ul',
      { class: 'rows' },
      parameters.map((one) =>
        memberRow({ name: one.name, schema: one.schema, required: one.required === true, description: one.description }, model.resolve),
      ),
    ),
  )
}

/**
 * @param {Answer} answer
 * @param {Model} model
 */
function answerSection(answer, model) {
  const headers = Object.entries(answer.headers)
  const isSuccess = answer.status.startsWith('2')
  return h(
    'details',
    { class: 'answer', open: isSuccess },
    h(
      'summary',
      {},
      statusBadge(answer.status),
      h(
        'span',
        { class: 'what' },
        answer.problems.length > 0 ? answer.problems.map((kind) => h('code', {}, kind.code)) : inline(answer.description),
      ),
    ),
    headers.length > 0 ? [h('h3', {}, 'Headers'), headerRows(headers, model), h('h3', {}, 'Body')] : null,
    answer.problems.length > 0
      ? answer.problems.map((kind) => problemView(kind, model, 'h3'))
      : answer.schema
        ? schemaView(answer.schema, model.resolve)
        : h('p', { class: 'faint' }, 'No body.'),
  )
}

/**
 * @param {[string, { description?: string, schema?: import('./schema.js').Schema }][]} headers
 * @param {Model} model
 */
function headerRows(headers, model) {
  return h(
    'ul',
    { class: 'rows' },
    headers.map(([name, { schema = {}, description }]) => memberRow({ name, schema, required: false, description }, model.resolve)),
  )
}
