import type { JsonSchema } from '../compiled-schema.ts'
import type { Sink } from './change.ts'
import { compareContents, schemaOf, versionOf, type Side } from './compare-requests.ts'
import { compareSchemas } from './compare-schemas.ts'
import { objectOf, resolved, type DocumentOperation } from './document.ts'
import { flatten, type Node } from './flat-schema.ts'

type At = (place: string) => Sink

/** Nobody gets these who did not ask for them by a header. */
const onRequest = ['206', '304']
const problemJson = 'application/problem+json'

/** What callers read: statuses, headers, bodies, and problems by their type, whatever status they share. */
export function compareAnswers(old: Side<DocumentOperation>, next: Side<DocumentOperation>, at: At): void {
  const [before, now] = [responsesOf(old), responsesOf(next)]
  for (const [status, response] of before) {
    const other = now.get(status)
    if (other === undefined) at(`answer ${status}`).report(true, { rule: 'status', message: 'is no longer given' })
    else compareResponse({ ...old, part: response }, { ...next, part: other }, (place) => at(`answer ${status}${place}`))
  }
  for (const status of now.keys()) {
    if (before.has(status)) continue
    // Clients must be ready for errors they do not know; a success that they do not know is taken for one that they do.
    const breaks = isSuccess(status) && !onRequest.includes(status)
    at(`answer ${status}`).report(breaks, { rule: 'status', message: breaks ? 'is a success that nobody knows yet' : 'is new' })
  }
  compareProblems({ ...old, part: before }, { ...next, part: now }, at)
}

function responsesOf({ document, part }: Side<DocumentOperation>): Map<string, JsonSchema> {
  return new Map(Object.entries(objectOf(part.operation['responses'])).map(([status, response]) => [status, resolved(document, response)]))
}

function isSuccess(status: string): boolean {
  return /^[23]/.test(status)
}

function compareResponse(old: Side<JsonSchema>, next: Side<JsonSchema>, at: At): void {
  const sink = at('')
  const [before, now] = [headersOf(old), headersOf(next)]
  for (const [name, header] of before) {
    const other = now.get(name)
    if (other === undefined) sink.report(true, { rule: 'header', message: `${name} is no longer sent` })
    else if (header['required'] === true && other['required'] !== true)
      sink.report(true, { rule: 'header', message: `${name} is no longer always sent` })
    else compareSchemas(versionOf(old, schemaOf(header)), versionOf(next, schemaOf(other)), at(` ${name}`))
  }
  for (const name of now.keys()) if (!before.has(name)) sink.report(false, { rule: 'header', message: `${name} is new` })
  compareContents(withoutProblems(old), withoutProblems(next), sink)
}

function headersOf({ document, part }: Side<JsonSchema>): Map<string, JsonSchema> {
  const headers = Object.entries(objectOf(part['headers']))
  return new Map(headers.map(([name, header]) => [name.toLowerCase(), resolved(document, header)]))
}

function withoutProblems({ document, part }: Side<JsonSchema>): Side<JsonSchema> {
  const { [problemJson]: _, ...content } = objectOf(part['content'])
  return { document, part: { ...part, content } }
}

interface FoundProblem {
  readonly status: string
  readonly node: Node
}

function compareProblems(old: Side<Map<string, JsonSchema>>, next: Side<Map<string, JsonSchema>>, at: At): void {
  const [before, now] = [problemsOf(old), problemsOf(next)]
  for (const [type, { status, node }] of before) {
    const other = now.get(type)
    const sink = at(`problem ${type}`)
    if (other === undefined)
      sink.report(true, { rule: 'problem', message: 'is no longer answered: what it stood for is told otherwise, or not at all' })
    else if (other.status !== status) sink.report(true, { rule: 'problem', message: `status ${status} → ${other.status}` })
    else compareSchemas(versionOf(old, node), versionOf(next, other.node), sink)
  }
  for (const [type, { status }] of now)
    if (!before.has(type)) at(`problem ${type}`).report(false, { rule: 'problem', message: `is new, with status ${status}` })
}

/** Every problem by its type; those of unknown types, as other frameworks describe them, by their status. */
function problemsOf({ document, part }: Side<Map<string, JsonSchema>>): Map<string, FoundProblem> {
  const found = new Map<string, FoundProblem>()
  for (const [status, response] of part) {
    const content = objectOf(objectOf(response['content'])[problemJson])
    if (content['schema'] === undefined) continue
    for (const node of branchesOf(document, content['schema'] as Node)) {
      const types = flatten(document, flatten(document, [node]).members.get('type') ?? []).values
      found.set(types?.length === 1 ? String(types[0]) : status, { status, node })
    }
  }
  return found
}

function branchesOf(document: JsonSchema, node: Node): Node[] {
  const { unions, members } = flatten(document, [node])
  const [union] = unions
  return union === undefined || members.size > 0 ? [node] : union.flatMap((branch) => branchesOf(document, branch))
}
