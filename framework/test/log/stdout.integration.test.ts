import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, it, type TestContext } from 'node:test'

const program = fileURLToPath(new URL('chatty.ts', import.meta.url))

function chat(t: TestContext, count: number, end: 'exit' | 'throw' | 'fatal' | 'return' | 'term' | 'drop' | 'flood') {
  const child = spawn(process.execPath, [program, String(count), end], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {},
  })
  t.after(() => child.kill('SIGKILL'))
  return { child, exited: once(child, 'exit') }
}

describe('the log on stdout', () => {
  it('loses no line, however the process ends and however slow the reader is · M17.3', async (t) => {
    for (const end of ['exit', 'throw', 'return', 'term', 'fatal'] as const) {
      const { child } = chat(t, 20_000, end)
      const lines = (await text(child.stdout)).trim().split('\n')
      const numbers = lines.map((line) => (JSON.parse(line) as { line?: number }).line)
      assert.equal(numbers.filter((line) => line !== undefined).length, 20_000, end)
      assert.equal(numbers[19_999], 19_999, end)
      if (end === 'term') assert.match(lines.at(-1) ?? '', /stopped/)
      if (end === 'fatal') assert.match(lines.at(-1) ?? '', /last words/)
    }
  })

  it('ends quietly when nobody reads any more', async (t) => {
    const { child, exited } = chat(t, 200_000, 'exit')
    await once(child.stdout, 'data')
    child.stdout.destroy()
    assert.deepEqual(await exited, [0, null])
  })

  it('drops debug lines, and no others, while nobody reads, where it may not block · M17.3', async (t) => {
    const { child, exited } = chat(t, 20_000, 'drop')
    // Only now is anything read: four megabytes of detail were written to a pipe that takes 64 KiB.
    await once(child.stderr, 'data')
    const lines = (await text(child.stdout))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; msg: string; lines?: number })
    assert.deepEqual(await exited, [0, null])
    const debug = lines.filter(({ level }) => level === 'debug').length
    const lost = lines.filter(({ msg }) => msg === 'log lines lost').reduce((sum, { lines: count = 0 }) => sum + count, 0)
    assert.equal(lines.filter(({ msg }) => msg === 'line').length, 200)
    assert.ok(lost > 1_000, `${lost} lost`)
    assert.equal(debug + lost, 20_000)
    assert.ok(lines.some(({ msg }) => msg === 'the end'))
  })

  it('tells at the exit how often a line was left out · M17.5', async (t) => {
    const { child } = chat(t, 1_000, 'flood')
    const lines = (await text(child.stdout))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; times?: number })
    assert.deepEqual([lines.length, lines.at(-1)?.msg, lines.at(-1)?.times], [101, 'message repeated', 900])
  })
})
