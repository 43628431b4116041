import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { commonFlags, parseArguments } from './arguments.ts'

const parse = (...argv: string[]) => parseArguments(argv, { ...commonFlags, env: 'MODE' })

describe('the command line', () => {
  it('tells words, flags with and without values, and what is for the application', () => {
    const { words, flags, rest } = parse('config', '--env', 'production', 'explain', '--json', '--app=x.ts', '--', '--port', '8080')
    assert.deepEqual(words, ['config', 'explain'])
    assert.deepEqual(
      [...flags],
      [
        ['env', 'production'],
        ['json', true],
        ['app', 'x.ts'],
      ],
    )
    assert.deepEqual(rest, ['--port', '8080'])
  })

  it('takes -h for --help', () => {
    assert.deepEqual([...parse('-h').flags], [['help', true]])
  })

  for (const [argv, message] of [
    [['--jsn'], /no flag --jsn\. Did you mean --json\?/],
    [['--json=yes'], /--json takes no value/],
    [['--app'], /--app needs a value: --app FILE/],
    [['--constructor'], /no flag --constructor/],
    [['--'.concat('__proto__')], /no flag/],
  ] as const) {
    it(`refuses ${argv.join(' ')}`, () => {
      assert.throws(() => parse(...argv), { code: 'usage-wrong', exitCode: 64, message })
    })
  }
})
