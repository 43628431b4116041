// @ts-check
import { h, prose } from './dom.js'
import { schemaView } from './schema.js'

/**
 * @typedef {import('./model.js').Model} Model
 * @typedef {import('./model.js').Operation} Operation
 * @typedef {import('./model.js').ProblemKind} ProblemKind
 */

/**
 * Every operation on one page, by tag.
 *
 * @param {Model} model
 */
export function overviewPage({ info, groups, problems }) {
  return h(
    'article',
    { class: 'page' },
    h('h1', { tabindex: -1 }, info['title'] ?? 'API'),
    prose(info['description']),
    h(
      'p',
      { class: 'faint' },
      `Version ${info['version'] ?? '0'} · `,
      h('a', { href: 'openapi.json' }, 'openapi.json'),
      ' · ',
      h('a', { href: 'openapi.yaml' }, 'openapi.yaml'),
    ),
    groups.map((group) =>
      h(
        'section',
        { class: 'group' },
        h('h2', {}, group.name),
        prose(group.description),
        h(
          'ul',
          { class: 'index' },
          group.operations.map((operation) => h('li', {}, indexLink(operation))),
        ),
      ),
    ),
    h(
      'section',
      { class: 'group' },
      h('h2', {}, 'Errors'),
      h(
        'p',
        {},
        h('a', { href: '#errors' }, `All ${problems.size} kinds of problem`),
        ' that this API answers with, and what to do about each.',
      ),
    ),
  )
}

/** @param {Operation} operation */
function indexLink(operation) {
  return h(
    'a',
    { href: `#${operation.id}` },
    methodBadge(operation.method),
    h('code', { class: 'path' }, operation.path),
    h('span', { class: 'summary' }, operation.summary, operation.deprecated ? h('span', { class: 'deprecated' }, 'deprecated') : null),
    h('span', { class: 'needs' }, operation.secured ? 'token' : ''),
  )
}

/** @param {string} method */
export function methodBadge(method) {
  return h('span', { class: `method ${method.toLowerCase()}` }, method === 'DELETE' ? 'DEL' : method)
}

/** @param {string | number} status */
export function statusBadge(status) {
  return h('strong', { class: `status s${String(status)[0]}` }, status)
}

/**
 * @param {ProblemKind} kind
 * @param {Model} model
 * @param {'h2' | 'h3'} level
 */
export function problemView(kind, model, level) {
  const hasFields = Object.keys(kind.fields['properties']).length > 0
  return h(
    'div',
    { class: 'problem' },
    h(level, {}, h('a', { href: `#error-${kind.code}` }, h('code', {}, kind.code)), ' ', h('span', { class: 'faint' }, kind.title)),
    prose(kind.description),
    hasFields ? schemaView(kind.fields, model.resolve) : null,
  )
}

/**
 * One entry for every problem, where `docsUrl` of a problem document points.
 *
 * @param {Model} model
 */
export function errorsPage(model) {
  return h(
    'article',
    { class: 'page' },
    h('h1', { tabindex: -1 }, 'Errors'),
    h(
      'p',
      {},
      'Every failure is one document of type ',
      h('code', {}, 'application/problem+json'),
      ' (RFC 9457). Programs act on ',
      h('code', {}, 'code'),
      ', people read ',
      h('code', {}, 'detail'),
      ', and ',
      h('code', {}, 'requestId'),
      ' finds the log lines.',
    ),
    [...model.problems.values()].map((kind) =>
      h(
        'section',
        { class: 'error', id: `error-${kind.code}` },
        h('p', { class: 'error-head' }, statusBadge(kind.status)),
        problemView(kind, model, 'h2'),
        usesOf(kind),
      ),
    ),
  )
}

/** @param {ProblemKind} kind */
function usesOf({ usedBy }) {
  if (usedBy.length === 0) return h('p', { class: 'faint uses' }, 'No operation of its own: any request may get it.')
  return h(
    'details',
    { class: 'uses' },
    h('summary', {}, `Answered by ${usedBy.length} ${usedBy.length === 1 ? 'operation' : 'operations'}`),
    h(
      'ul',
      { class: 'index' },
      usedBy.map((operation) => h('li', {}, indexLink(operation))),
    ),
  )
}
