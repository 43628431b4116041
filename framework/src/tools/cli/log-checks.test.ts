import assert from 'node:assert/strict'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { checkLogCalls } from './log-checks.ts'

describe('the check of what is logged', () => {
  it('names the places where messages are put together, and none of tests or packages · M17.2', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'log-checks-'))
    t.after(() => rmSync(folder, { recursive: true }))
    mkdirSync(join(folder, 'node_modules'))
    writeFileSync(join(folder, 'fine.ts'), "log.info('order placed', { id })\n")
    for (const other of ['fine.test.ts', 'node_modules/other.js']) writeFileSync(join(folder, other), 'log.info(`order ${id}`)\n')
    assert.deepEqual(checkLogCalls(folder), { name: 'log', status: 'ok', found: '1 calls, each with a constant name' })
    writeFileSync(join(folder, 'wrong.ts'), '\nlog.info(`order ${id} placed`)\n')
    const { status, found, fix } = checkLogCalls(folder)
    assert.deepEqual([status, found], ['warn', 'messages that are put together: wrong.ts:2'])
    assert.match(fix!, /constant name/)
  })
})
