import type { CompiledSchema, Issue, Verdict } from '../../contract/compiled-schema.ts'
import { issueAt } from '../../contract/issue.ts'
import { ValidationFailed } from '../../contract/problems.ts'

/** A body that is a list: an array where it was read whole, else what is still arriving. Its items are checked while it is read. */
export function itemsOf(body: unknown, schema: CompiledSchema): Verdict<AsyncIterable<unknown>> {
  if (Array.isArray(body) || (typeof body === 'object' && body !== null && Symbol.asyncIterator in body))
    return { value: checkedItems(body as Iterable<unknown> | AsyncIterable<unknown>, schema) }
  return { issues: [issueAt([], 'invalid-type', { expected: 'array' })] }
}

/**
 * The items of a body, each checked when it comes by. Throws `ValidationFailed` for the first one that is not as it should be, with its place:
 * `params.item` counts from 1, and is the line of NDJSON.
 */
async function* checkedItems(source: Iterable<unknown> | AsyncIterable<unknown>, schema: CompiledSchema): AsyncGenerator<unknown, void> {
  let index = 0
  for await (const value of source) {
    const parsed = schema.parse(value)
    const verdict = parsed instanceof Promise ? await parsed : parsed
    if (verdict.issues !== undefined) throw ValidationFailed({ errors: verdict.issues.map((issue) => placed(issue, index)) })
    yield verdict.value
    index++
  }
}

function placed(issue: Issue, index: number): Issue {
  return {
    ...issue,
    field: issue.field === '' ? String(index) : `${index}.${issue.field}`,
    pointer: `/${index}${issue.pointer}`,
    params: { ...issue.params, item: index + 1 },
  }
}
