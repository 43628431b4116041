import { explain as explainOperations, type Sentence } from '../../../contract/trace/explain.ts'
import { systemClock } from '../../../std/clock.ts'
import { BootError } from '../../../std/errors.ts'
import { askConsole } from '../../trace/server-half.ts'
import { consoleFlags, withConsole } from '../ask-application.ts'
import type { Command } from '../command.ts'
import { visible, type Paint } from '../terminal.ts'

export const explain: Command = {
  usage: 'explain ID',
  summary: 'Say why a request went as it did, by its id or that of its trace: status, cache, compression, where the time went',
  flags: consoleFlags,
  run(invocation) {
    const [id, ...others] = invocation.words
    if (id === undefined || others.length > 0)
      throw new BootError('usage-wrong', id === undefined ? 'Explain which request?' : 'One id at a time.', {
        fix: 'Give the X-Request-Id of an answer, or a trace id.',
      })
    return withConsole(invocation, async ({ url, token, tracer }) => {
      const found = await askConsole(tracer, { origin: url.origin, id, token, clock: systemClock, isPatient: false })
      if ('absent' in found) throw new BootError('record-missing', `Nothing is known about ${id}: ${found.absent}`)
      const sentences = explainOperations(found.operations, id)
      return { json: { id, sentences, operations: found.operations }, text: (paint) => toText(sentences, paint) }
    })
  },
}

function toText(sentences: readonly Sentence[], paint: Paint): string {
  const width = Math.max(0, ...sentences.map(({ about }) => about.length))
  return sentences.map(({ about, text }) => `${paint('dim', about.padEnd(width))}  ${visible(text)}`).join('\n')
}
