import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { watch } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'node:test'
import { openHandles, traceHandles, type OpenHandle } from './handles.ts'

const here = fileURLToPath(import.meta.url)
const ofKind = (handles: readonly OpenHandle[], kind: string) => handles.filter((handle) => handle.kind === kind)
const ours = (handles: readonly OpenHandle[]) => handles.filter(({ madeAt }) => madeAt?.some((line) => line.includes(here)))
const total = (handles: readonly OpenHandle[], kind: string) => ofKind(handles, kind).reduce((sum, { count }) => sum + count, 0)

describe('what keeps a process alive', () => {
  it('is counted by kind, whenever it is asked for · M18.10', async () => {
    const before = total(openHandles(), 'listening socket')
    const timersBefore = total(openHandles(), 'timer')
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const timer = setInterval(() => {}, 60_000)
    assert.equal(total(openHandles(), 'listening socket'), before + 1)
    assert.equal(total(openHandles(), 'timer'), timersBefore + 1)
    clearInterval(timer)
    server.close()
    await once(server, 'close')
    assert.equal(total(openHandles(), 'timer'), timersBefore)
  })

  it('says, when it is traced, where each was made, and where a socket leads; what lets the process end is left out · M18.10', async (t) => {
    const trace = traceHandles()
    t.after(() => trace.stop())
    const server = createServer((accepted) => accepted.resume()).listen(0)
    t.after(() => server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = connect(port, 'localhost')
    t.after(() => socket.destroy())
    await once(socket, 'connect')
    const timers = [1, 2, 3].map(function startTimer() {
      return setTimeout(() => {}, 5_000)
    })
    const harmless = setTimeout(() => {}, 5_000).unref()
    const watcher = watch(here)
    t.after(() => watcher.close())

    const found = ours(trace.open())
    const [timer, ...others] = ofKind(found, 'timer')
    assert.deepEqual([timer?.count, others], [3, []])
    assert.match(timer!.madeAt![0]!, /^startTimer .*handles\.integration\.test\.ts/)
    assert.match(ofKind(found, 'socket')[0]!.peer!, new RegExp(`:${port}$`))
    assert.equal(total(found, 'listening socket'), 1)
    assert.equal(total(found, 'file watcher'), 1)

    for (const one of [...timers, harmless]) clearTimeout(one)
    watcher.close()
    socket.destroy()
    server.close()
    await once(server, 'close')
    // async_hooks tells of ends a turn later.
    await new Promise(setImmediate)
    assert.deepEqual(ours(trace.open()), [])
  })
})
