import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { toCurl } from '../src/app/trace/curl.ts'

describe('a request as a curl command', () => {
  it('reads the same to a shell, whatever is in it', () => {
    const value = `it's $HOME \`id\` "x" \\ ; rm -rf`
    const command = toCurl('http://localhost:3000', {
      method: 'POST',
      target: `/a?q='`,
      version: '1.1',
      requestHeaders: [
        ['host', 'localhost:3000'],
        ['content-type', 'text/plain'],
        ['x-note', value],
      ],
      responseHeaders: [],
      requestBody: value,
      responseBytes: 0,
    })
    const printed = execFileSync('sh', ['-c', command.replace(/^curl/, `printf '%s\\n'`)], { encoding: 'utf8' })
    assert.deepEqual(printed.trim().split('\n'), [
      '-i',
      '-X',
      'POST',
      `http://localhost:3000/a?q='`,
      '-H',
      'content-type: text/plain',
      '-H',
      `x-note: ${value}`,
      '--data-raw',
      value,
    ])
  })
})
