import type { JsonSchema } from '../compiled-schema.ts'
import type { Sink } from './change.ts'
import { compareSchemas, type Version } from './compare-schemas.ts'
import { objectOf, resolved, type DocumentOperation } from './document.ts'
import type { Node } from './flat-schema.ts'

/** A document and what is compared of it. */
export interface Side<Part> {
  readonly document: JsonSchema
  readonly part: Part
}

type At = (place: string) => Sink

/** What callers send: who may call, parameters and the body. */
export function compareRequests(old: Side<DocumentOperation>, next: Side<DocumentOperation>, at: At): void {
  compareSecurity(old.part, next.part, at(''))
  compareParameters(old, next, at)
  compareBodies(old, next, at('body'))
}

function compareSecurity({ security: old }: DocumentOperation, { security: next }: DocumentOperation, sink: Sink): void {
  const lets = (ways: readonly (readonly string[])[], credentials: readonly string[]) =>
    ways.some((way) => way.every((one) => credentials.includes(one)))
  const wordsOf = (way: readonly string[]) => (way.length === 0 ? 'nothing' : way.join(' and '))
  for (const way of old)
    if (!lets(next, way)) sink.report(true, { rule: 'security', message: `${wordsOf(way)} is no longer enough to call it` })
  for (const way of next) if (!lets(old, way)) sink.report(false, { rule: 'security', message: `${wordsOf(way)} is enough to call it now` })
}

function compareParameters(old: Side<DocumentOperation>, next: Side<DocumentOperation>, at: At): void {
  for (const [key, parameter] of old.part.parameters) {
    const now = next.part.parameters.get(key)
    if (now === undefined) at(key).report(true, { rule: 'parameter-removed', message: 'is no longer heard' })
    else compareParameter({ document: old.document, part: parameter }, { document: next.document, part: now }, at(key))
  }
  for (const [key, { required }] of next.part.parameters) {
    if (old.part.parameters.has(key)) continue
    at(key).report(required === true, { rule: 'parameter-added', message: required === true ? 'is new and required' : 'is new' })
  }
}

function compareParameter(old: Side<JsonSchema>, next: Side<JsonSchema>, sink: Sink): void {
  const [before, now] = [old.part['required'] === true, next.part['required'] === true]
  if (before !== now) sink.report(now, { rule: 'required', message: now ? 'is required now' : 'is optional now' })
  const [one, other] = [styleOf(old.part), styleOf(next.part)]
  if (one !== other) sink.report(true, { rule: 'parameter-style', message: `is written as ${other} and no longer as ${one}` })
  compareSchemas(versionOf(old, schemaOf(old.part)), versionOf(next, schemaOf(next.part)), sink)
}

function styleOf(parameter: JsonSchema): string {
  const { in: place, style = place === 'query' || place === 'cookie' ? 'form' : 'simple', explode = style === 'form' } = parameter
  return `${String(style)}${explode === true ? ', exploded' : ''}`
}

/** Of a parameter or a header. */
export function schemaOf({ schema, content }: JsonSchema): Node {
  return (schema ?? objectOf(Object.values(objectOf(content))[0])['schema'] ?? true) as Node
}

function compareBodies(old: Side<DocumentOperation>, next: Side<DocumentOperation>, sink: Sink): void {
  const [before, now] = [old, next].map(({ document, part }) =>
    part.operation['requestBody'] === undefined ? undefined : resolved(document, part.operation['requestBody']),
  )
  if (before === undefined || now === undefined) {
    if (now !== undefined)
      sink.report(now['required'] === true, { rule: 'body-added', message: now['required'] === true ? 'is new and required' : 'is new' })
    if (before !== undefined) sink.report(true, { rule: 'body-removed', message: 'is no longer read' })
    return
  }
  const [was, is] = [before['required'] === true, now['required'] === true]
  if (was !== is) sink.report(is, { rule: 'required', message: is ? 'is required now' : 'is optional now' })
  compareContents({ ...old, part: before }, { ...next, part: now }, sink)
}

/** The media types of a body or an answer, and the schema of each. */
export function compareContents(old: Side<JsonSchema>, next: Side<JsonSchema>, sink: Sink): void {
  const [before, now] = [objectOf(old.part['content']), objectOf(next.part['content'])]
  const words = sink.side === 'request' ? ['is no longer accepted', 'is accepted, too'] : ['is no longer offered', 'is offered, too']
  for (const type of Object.keys(before)) if (!(type in now)) sink.report(true, { rule: 'media-type', message: `${type} ${words[0]}` })
  for (const type of Object.keys(now)) if (!(type in before)) sink.report(false, { rule: 'media-type', message: `${type} ${words[1]}` })
  // Nearly always all of them have one schema: what is said of it is said once.
  const compared = new Set<string>()
  for (const type of Object.keys(before)) {
    if (!(type in now)) continue
    const pair = [before[type], now[type]].map((content) => (objectOf(content)['schema'] ?? true) as Node)
    const key = JSON.stringify(pair)
    if (!compared.has(key)) compareSchemas(versionOf(old, pair[0]!), versionOf(next, pair[1]!), sink)
    compared.add(key)
  }
}

export function versionOf({ document }: Side<unknown>, node: Node): Version {
  return { root: document, nodes: [node] }
}
