import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readFlags } from './flags.ts'
import { flag, integer, secret, text } from './leaves.ts'
import { settings } from './settings.ts'

const description = settings({
  port: integer({ default: 3000, describe: 'Where to listen.' }),
  verbose: flag({ default: false, describe: 'Says more.' }),
  http: {
    bodyLimit: integer({ default: 1, describe: 'Bytes.' }),
    banner: text({ flag: 'hello', optional: true, describe: 'A greeting.' }),
  },
  auth: { secret: secret({ env: 'JWT_SECRET', describe: 'Signs.' }) },
})
const read = (...argv: string[]) => {
  const { found, mistakes, file } = readFlags(description, argv)
  return {
    file,
    values: Object.fromEntries([...found].map(([key, all]) => [key, all.at(-1)?.input])),
    mistakes: mistakes.map(({ name, message }) => `${name} ${message}`),
  }
}

describe('flags', () => {
  it('reads both spellings, groups, own names and switches · M16.6', () => {
    const { values, mistakes } = read('--port', '8080', '--http.body-limit=-5', '--hello=a=b', '--verbose')
    assert.deepEqual(mistakes, [])
    assert.deepEqual(values, { port: '8080', 'http.bodyLimit': '-5', 'http.banner': 'a=b', verbose: 'true' })
  })

  it('turns a switch off by name or by value, and takes the last of several', () => {
    assert.deepEqual(read('--verbose', '--no-verbose').values, { verbose: 'false' })
    assert.deepEqual(read('--no-verbose', '--verbose=true').values, { verbose: 'true' })
    assert.deepEqual(read('--port=1', '--port=2').values, { port: '2' })
  })

  it('answers an unknown flag with the nearest one, and takes its value along · M16.6', () => {
    const { mistakes, values } = read('--prot', '80', '--verbose')
    assert.deepEqual(mistakes, ['--prot is not a flag of this application. Did you mean --port?'])
    assert.deepEqual(values, { verbose: 'true' })
  })

  it('refuses secrets without repeating them', () => {
    for (const argv of [['--auth.secret', 'hunter2'], ['--auth.secret=hunter2']]) {
      const { mistakes, values } = read(...argv)
      assert.match(mistakes.join(), /--auth\.secret is a secret.*set JWT_SECRET/)
      assert.ok(!mistakes.join().includes('hunter2'))
      assert.deepEqual(values, {})
    }
  })

  it('reports what is left over, missing or too much', () => {
    assert.match(read('serve').mistakes.join(), /^serve is not a flag/)
    assert.match(read('-p', '80').mistakes.join('\n'), /^-p is not a flag/)
    assert.deepEqual(read('--port', '--verbose').mistakes, ['--port needs a value.'])
    assert.deepEqual(read('--port').mistakes, ['--port needs a value.'])
    assert.deepEqual(read('--no-verbose=1').mistakes, ['--no-verbose takes no value.'])
    assert.match(read('--no-port').mistakes.join(), /--no-port is not a flag/)
  })

  it('takes the settings file', () => {
    assert.equal(read('--config', 'etc/app.json').file, 'etc/app.json')
  })
})
