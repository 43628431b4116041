import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { application } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint } from 'throughline/contract'
import { implement } from 'throughline/http'
import { bootTest } from 'throughline/testing'

it('a request has the pauses of the garbage collection that happened in its time, in its waterfall · M17.14', async (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const contract = { clean: endpoint('GET /clean', { summary: 'Cleans up', auth: 'none', status: 204 }) }
  const app = application({
    name: 'cleaning',
    version: '1.0.0',
    settings: settings(serverSettings),
    wire: () => ({ routes: implement(contract, { clean: () => collect() }) }),
  })
  const running = await bootTest(app)
  t.after(() => running.close())
  const response = await fetch(`${running.url}/clean`)
  const [operation] = running.recorder.find(response.headers.get('x-request-id')!)
  const handle = operation!.spans.find(({ name }) => name === 'handle')!
  const pause = () => operation!.spans.find(({ kind, start, end }) => kind === 'gc' && start >= handle.start && end - start > 0.1)
  // Node.js tells of pauses some turns of the event loop later.
  while (pause() === undefined) await new Promise(setImmediate)
  assert.match(pause()!.name, /^garbage collection \((?:minor|major)\)$/)
  assert.ok(pause()!.end <= operation!.ms)
})
