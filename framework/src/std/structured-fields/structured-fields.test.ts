import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseDictionary, parseItem, parseList } from './parse.ts'
import {
  decimal,
  displayString,
  item,
  timestamp,
  token,
  type BareItem,
  type Dictionary,
  type InnerList,
  type Item,
  type List,
} from './values.ts'
import { structuredField } from './write.ts'

const suite = join(import.meta.dirname, '../../../../../shared/suites/structured-fields')
const parsers: Record<Case['header_type'], (text: string) => Item | List | Dictionary> = {
  item: parseItem,
  list: parseList,
  dictionary: parseDictionary,
}

interface Case {
  readonly name: string
  readonly raw: readonly string[]
  readonly header_type: 'item' | 'list' | 'dictionary'
  readonly expected?: unknown
  readonly must_fail?: boolean
  readonly can_fail?: boolean
  readonly canonical?: readonly string[]
}

describe('structured fields', () => {
  it('reads and writes every case of the public suite', { skip: !existsSync(suite) && `${suite} is not there` }, (t) => {
    const wrong: string[] = []
    let total = 0
    for (const file of readdirSync(suite).filter((name) => name.endsWith('.json'))) {
      for (const one of JSON.parse(readFileSync(join(suite, file), 'utf8')) as Case[]) {
        total++
        const mistake = tried(one)
        if (mistake !== undefined) wrong.push(`${file}: ${one.name}: ${mistake}`)
      }
    }
    t.diagnostic(`${total - wrong.length} of ${total}`)
    assert.deepEqual(wrong, [])
    assert.ok(total >= 1591)
  })

  it('says where a field is wrong', () => {
    assert.throws(() => parseList('1, 2,'), {
      name: 'SyntaxError',
      message: 'A structured field must have a member after the comma at position 5.',
    })
    assert.throws(() => parseItem('"open'), /a string at position 0/)
    assert.throws(() => parseDictionary('A=1'), /a key of lower-case letters at position 0/)
  })

  it('writes items, lists and dictionaries with their parameters', () => {
    assert.equal(structuredField(item('default', { q: 100, w: 60 })), '"default";q=100;w=60')
    assert.equal(
      structuredField([item(token('gzip')), { items: [item(1), item(true)], parameters: new Map([['a', false]]) }]),
      'gzip, (1 ?1);a=?0',
    )
    assert.equal(
      structuredField(
        new Map([
          ['a', item(true, { x: 1 })],
          ['b', item(timestamp(1_798_761_600))],
        ]),
      ),
      'a;x=1, b=@1798761600',
    )
    assert.equal(structuredField([]), '')
  })

  it('rounds decimals half to even, by their digits and not by their bits', () => {
    const written = [1, 0.0005, 0.0015, 1.0005, 1.0015, -2.5, 1e-9, 999_999_999_999.999].map((value) =>
      structuredField(item(decimal(value))),
    )
    assert.deepEqual(written, ['1.0', '0.0', '0.002', '1.0', '1.002', '-2.5', '0.0', '999999999999.999'])
  })

  it('refuses to write what no field can carry', () => {
    const unspeakable: BareItem[] = [
      1.5,
      1e15,
      Number.NaN,
      'é',
      'a\nb',
      token('two words'),
      decimal(1e12),
      decimal(Number.POSITIVE_INFINITY),
      timestamp(0.5),
    ]
    for (const value of [...unspeakable, displayString('\ud800')]) assert.throws(() => structuredField(item(value)), TypeError)
    assert.throws(() => structuredField(new Map([['Upper', item(1)]])), TypeError)
  })
})

function tried({ raw, header_type, expected, must_fail, can_fail, canonical = raw }: Case): string | undefined {
  let field: Item | List | Dictionary
  try {
    field = parsers[header_type](raw.join(', '))
  } catch (error) {
    return must_fail || can_fail ? undefined : String(error)
  }
  if (must_fail) return 'parsed'
  try {
    assert.deepEqual(toExpected(field), expected)
    assert.equal(structuredField(field), canonical.join(', '))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function toExpected(field: Item | List | Dictionary): unknown {
  if (field instanceof Map) return [...field].map(([key, member]: [string, Item | InnerList]) => [key, toPair(member)])
  return Array.isArray(field) ? field.map(toPair) : toPair(field as Item)
}

function toPair(member: Item | InnerList): unknown {
  const parameters = [...member.parameters].map(([key, value]) => [key, bare(value)])
  return 'items' in member ? [member.items.map(toPair), parameters] : [bare(member.value), parameters]
}

function bare(value: BareItem): unknown {
  if (value instanceof Uint8Array) return { __type: 'binary', value: base32(value) }
  if (typeof value !== 'object') return value
  if (value.kind === 'decimal') return value.value
  return { __type: { token: 'token', timestamp: 'date', 'display-string': 'displaystring' }[value.kind], value: value.value }
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
  return digits.join('').padEnd(Math.ceil(digits.length / 8) * 8, '=')
}
