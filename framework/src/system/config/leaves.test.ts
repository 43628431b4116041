import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Secret } from '../../std/secret.ts'
import type { Leaf } from './leaf.ts'
import { bytes, choice, duration, flag, integer, list, number, secret, text, url } from './leaves.ts'
import { serverSettings } from './server-settings.ts'

const describe_ = 'For a test.'
const accepts = (leaf: Leaf, pairs: readonly (readonly [input: unknown, value: unknown])[]) => {
  for (const [input, value] of pairs) assert.deepEqual(leaf.read(input, 'development'), { value }, String(input))
}
const refuses = (leaf: Leaf, inputs: readonly unknown[]) => {
  for (const input of inputs) assert.ok('problem' in leaf.read(input, 'development'), JSON.stringify(input))
}

describe('settings of one type', () => {
  it('reads integers from text and from JSON, and no other numbers', () => {
    const leaf = integer({ describe: describe_, min: -5, max: 65_535 })
    accepts(leaf, [
      ['8080', 8080],
      [8080, 8080],
      ['-5', -5],
      ['+7', 7],
    ])
    refuses(leaf, ['', '80a', '1.5', 1.5, '1e3', '65536', '-6', 'NaN', true, [80], {}, '0x50'])
  })

  it('reads numbers', () => {
    const leaf = number({ describe: describe_, max: 1 })
    accepts(leaf, [
      ['0.25', 0.25],
      ['.5', 0.5],
      ['-1e-3', -0.001],
      [1, 1],
    ])
    refuses(leaf, ['', ' 1', '2', 'Infinity', '1,5', NaN])
  })

  it('reads flags in the words that people use', () => {
    const leaf = flag({ describe: describe_ })
    accepts(leaf, [
      ['true', true],
      ['YES', true],
      ['1', true],
      [false, false],
      ['off', false],
    ])
    refuses(leaf, ['', 'maybe', 2, []])
  })

  it('reads durations as milliseconds and wants the unit', () => {
    const leaf = duration({ describe: describe_, max: '1d' })
    accepts(leaf, [
      ['250ms', 250],
      ['20s', 20_000],
      ['1.5h', 5_400_000],
      ['1 d', 86_400_000],
      ['0', 0],
    ])
    refuses(leaf, ['20', 20, '-1s', '2d', '20 sec', '1h30m', '', 'constructor', '1constructor'])
  })

  it('reads sizes as bytes', () => {
    const leaf = bytes({ describe: describe_, min: '1KB' })
    accepts(leaf, [
      ['2048', 2_048],
      [2_048, 2_048],
      ['1KB', 1_000],
      ['1KiB', 1_024],
      ['1.5MiB', 1_572_864],
    ])
    refuses(leaf, ['999', '1mb', '-1', ''])
  })

  it('reads choices, texts, URLs and lists', () => {
    accepts(choice(['a', 'b'], { describe: describe_ }), [['a', 'a']])
    refuses(choice(['a', 'b'], { describe: describe_ }), ['c', 'A', '', 1])
    accepts(text({ describe: describe_, pattern: /^[a-z]+$/, max: 3 }), [['abc', 'abc']])
    refuses(text({ describe: describe_, pattern: /^[a-z]+$/, max: 3 }), ['', 'abcd', 'A1', 5])
    accepts(url({ describe: describe_, schemes: ['pglite', 'postgres'] }), [['pglite:./.data/db', 'pglite:./.data/db']])
    refuses(url({ describe: describe_, schemes: ['pglite', 'postgres'] }), ['mysql://db', 'db', 'postgres://[', 7])
    accepts(list({ describe: describe_ }), [
      ['a, b,,c', ['a', 'b', 'c']],
      [['a'], ['a']],
      ['', []],
    ])
    refuses(list({ describe: describe_ }), [[1], { 0: 'a' }])
  })

  it('believes only addresses and networks to be proxies', () => {
    accepts(serverSettings.trustedProxies, [['10.0.0.0/8,::1', ['10.0.0.0/8', '::1']]])
    refuses(serverSettings.trustedProxies, ['10.0.0.0/33', 'proxy.internal', '10.0.0.0/8/8', '10.0.0.0/-1', '::1/129'])
  })

  it('says what it found, what it expected, and no credentials of a URL', () => {
    const reading = url({ describe: describe_, schemes: ['postgres'] }).read('mysql://bob:hunter2@db/x', 'development')
    assert.deepEqual(reading, { problem: 'is "mysql://***@db/x", expected a URL that begins with postgres:' })
  })

  it('applies the rule for production in production only', () => {
    const leaf = flag({ describe: describe_, production: (on) => (on ? 'this shows stacks to callers.' : undefined) })
    accepts(leaf, [['true', true]])
    assert.deepEqual(leaf.read('true', 'production'), { problem: 'is "true": this shows stacks to callers.' })
  })

  it('refuses a default that the setting itself would not take', () => {
    assert.throws(
      () => integer({ describe: describe_, default: 70_000, max: 65_535 }),
      /default .* is "70000", expected an integer of at most 65535/,
    )
    assert.throws(() => duration({ describe: describe_, default: '20' }), TypeError)
  })

  it('never shows a secret that is refused', () => {
    const leaf = secret({ describe: describe_, check: (value) => (value.startsWith('sk_') ? undefined : 'it must begin with sk_.') })
    const reading = leaf.read('hunter2-live', 'development')
    assert.deepEqual(reading, { problem: 'is not shown: it must begin with sk_.' })
    const given = new Secret('sk_1')
    assert.deepEqual(leaf.read(given, 'development'), { value: given })
  })
})
