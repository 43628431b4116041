import type { Issue } from '../compiled-schema.ts'
import type { Endpoint } from '../endpoint.ts'
import { fromPointer, toPointer } from '../json-pointer.ts'
import { isPatch } from '../patch-types.ts'
import type { Problem } from '../problem.ts'
import type { Schema } from '../standard-schema.ts'
import { isStream } from '../stream.ts'
import { toJsonSchema } from '../to-json-schema.ts'
import type { Naming, WrittenNames } from './naming.ts'
import { problemNames } from './problem-names.ts'

type Values = Readonly<Record<string, unknown>>

/** One endpoint's names as a caller needs them: out under written names, back under the contract's. */
export interface CallNames {
  query(values: Values): Values
  body(value: unknown): unknown
  /** A whole answer, or one item of a streamed one. */
  value(written: unknown): unknown
  problem(document: Values): Values
}

/** Nothing is compiled before it is used. */
export function callNames({ address, promises }: Endpoint, naming: Naming): CallNames {
  const { query, body, returns } = promises
  const lazily = (schema: Schema<any, any> | undefined, slot: string, side: 'input' | 'output') => {
    let made: WrittenNames | undefined
    return () => (made ??= naming.of(schema === undefined ? {} : toJsonSchema(schema, `${address} ${slot}`, side), `${address} ${slot}`))
  }
  const ofQuery = lazily(query, 'query', 'input')
  const ofBody = lazily(isPatch(body) ? body.of : isStream(body) ? body.item : body, 'body', 'input')
  const ofReturns = lazily(isStream(returns) ? returns.item : returns, 'returns', 'output')
  const places: Readonly<Record<string, () => WrittenNames>> = { query: ofQuery, params: lazily(promises.params, 'params', 'input') }
  return {
    query: (values) => ofQuery().toWritten(values) as Values,
    body(value) {
      const names = ofBody()
      if (isPatch(body) && Array.isArray(value)) return value.map((operation) => operationOf(operation as Values, names))
      return isStream(body) ? eachOf(value as Iterable<unknown>, (item) => names.toWritten(item)) : names.toWritten(value)
    },
    value(written) {
      const names = ofReturns()
      return isStream(returns) ? eachOf(written as AsyncIterable<unknown>, (item) => names.fromWritten(item)) : names.fromWritten(written)
    },
    problem(document) {
      const known = (promises.errors as readonly Problem[] | undefined)?.find(({ type }) => type === document['type'])
      const named = ((known && problemNames(known, naming))?.fromWritten(document) ?? document) as Values
      if (!Array.isArray(named['errors'])) return named
      const issueOf = (issue: Issue) =>
        issue.params?.['in'] === 'headers' ? issue : placed(issue, places[String(issue.params?.['in'])] ?? ofBody)
      return { ...named, errors: named['errors'].map(issueOf) }
    },
  }
}

function eachOf(
  items: Iterable<unknown> | AsyncIterable<unknown>,
  rename: (item: unknown) => unknown,
): Iterable<unknown> | AsyncIterable<unknown> {
  if (Symbol.iterator in items) return Array.from(items, rename)
  return renamedItems(items, rename)
}

async function* renamedItems(items: AsyncIterable<unknown>, rename: (item: unknown) => unknown): AsyncGenerator<unknown, void> {
  for await (const item of items) yield rename(item)
}

function placed(issue: Issue, names: () => WrittenNames): Issue {
  const steps = names().pathFromWritten(fromPointer(issue.pointer))
  return { ...issue, field: steps.join('.'), pointer: toPointer(steps) }
}

/** An operation of a JSON Patch: its places, and the value that it puts there. */
function operationOf(operation: Values, names: WrittenNames): Values {
  const { path, from, value } = operation
  const place = (pointer: unknown) => toPointer(names.pathToWritten(fromPointer(String(pointer))))
  return {
    ...operation,
    path: place(path),
    ...(from !== undefined && { from: place(from) }),
    ...(value !== undefined && { value: names.toWrittenAt(fromPointer(String(path)), value) }),
  }
}
