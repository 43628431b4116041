import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { inspect } from '../../../app.ts'
import type { JsonSchema } from '../../../contract/compiled-schema.ts'
import type { Change, Effect } from '../../../contract/diff/change.ts'
import { compareContracts } from '../../../contract/diff/diff.ts'
import { BootError } from '../../../std/errors.ts'
import type { Answer, Command } from '../command.ts'
import type { Paint } from '../terminal.ts'

export const contract: Command = {
  usage: 'contract diff OLD [NEW]',
  summary: 'Say what changed between two OpenAPI documents, and whom it breaks; NEW is the application unless it is given',
  async run({ application, sources, words: [action, older, newer] }) {
    if (action !== 'diff')
      throw new BootError('usage-wrong', action === undefined ? 'contract what?' : `contract cannot ${action}.`, { fix: 'It can: diff OLD [NEW].' }) // prettier-ignore
    if (older === undefined)
      throw new BootError('usage-wrong', 'contract diff needs the document to compare with.', {
        fix: 'Keep one of each release: `throughline openapi > openapi.json`.',
      })
    const read = (file: string) => documentIn(resolve(sources.cwd, file))
    const now = newer === undefined ? inspect(await application(), { sources }).openapi() : read(newer)
    return answer(compareContracts(read(older), now))
  },
}

function documentIn(file: string): JsonSchema {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JsonSchema
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new BootError('usage-wrong', `${file} ${why}: ${(cause as Error).message}.`, {
      fix: 'Give a document as `throughline openapi` prints it, in JSON.',
      cause,
    })
  }
}

function answer(changes: readonly Change[]): Answer {
  const count = (effect: Effect) => changes.filter((change) => change.effect === effect).length
  const [writers, readers] = [count('breaks-writers'), count('breaks-readers')]
  const verdict = writers + readers > 0 ? 'breaking' : changes.length > 0 ? 'compatible' : 'same'
  return {
    json: { verdict, breaksWriters: writers, breaksReaders: readers, changes },
    exitCode: verdict === 'breaking' ? 1 : 0,
    text: (paint) =>
      changes.length === 0
        ? 'Nothing changed.'
        : `${changes.map((change) => line(change, paint)).join('\n')}\n\n${writers} break writers, ${readers} break readers, ${count('compatible')} are compatible`,
  }
}

const words: Readonly<Record<Effect, readonly [string, 'red' | 'green']>> = {
  'breaks-writers': ['breaks writers', 'red'],
  'breaks-readers': ['breaks readers', 'red'],
  compatible: ['compatible', 'green'],
}

function line({ effect, operation, place, pointer, message }: Change, paint: Paint): string {
  const [word, colour] = words[effect]
  const where = [operation, place, pointer].filter((part) => part !== '').join(' ')
  return `${paint(colour, word.padEnd(14))}  ${paint('bold', where)}  ${message}`
}
