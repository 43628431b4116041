import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseBaggage, toBaggage } from './baggage.ts'

const plain = (header: string | undefined) => Object.fromEntries([...parseBaggage(header)].map(([key, { value }]) => [key, value]))

describe('baggage', () => {
  it('is read with spaces, percent-encoding and properties · M08.1', () => {
    assert.deepEqual(plain('userId=alice,serverNode=DF%2028 , isProduction = false'), {
      userId: 'alice',
      serverNode: 'DF 28',
      isProduction: 'false',
    })
    assert.deepEqual(parseBaggage('k1=v1;p1;p2=x , k2=').get('k1'), { value: 'v1', properties: ';p1;p2=x' })
    assert.deepEqual(plain('k=a=b%3Dc'), { k: 'a=b=c' })
    assert.deepEqual(plain('k=Am%C3%A9lie,bad=%FF%41,half=%E2%82,loose=50%'), { k: 'Amélie', bad: '\ufffdA', half: '\ufffd', loose: '50%' })
    assert.deepEqual(plain(undefined), {})
  })

  it('loses what is malformed and keeps the rest; the later of two keys stays · M08.1', () => {
    assert.deepEqual(plain('no value,=v,a b=c,k="quoted",ok=1,k=1;=x,,ok=2,naïve=1'), { ok: '2' })
  })

  it('ends at 64 members and at 8192 bytes · M08.1', () => {
    const many = Array.from({ length: 70 }, (_, i) => `k${i}=${i}`).join(',')
    assert.equal(parseBaggage(many).size, 64)
    assert.equal(parseBaggage(`a=${'x'.repeat(8190)},b=1`).size, 1)
    assert.equal(parseBaggage(`a=${'x'.repeat(8191)},b=1`).size, 0)
    const grown = new Map([
      ['a', { value: 'ü'.repeat(1000), properties: '' }],
      ['b', { value: 'ü'.repeat(1000), properties: '' }],
    ])
    assert.equal(parseBaggage(toBaggage(grown)).size, 1)
  })

  it('is written so that it reads the same · M08.7', () => {
    for (const header of ['a=1,b=2;p=q;r', 'k=Am%C3%A9lie%20%2C%3B%22%5C', '__proto__=1', '']) {
      assert.equal(toBaggage(parseBaggage(header)), header)
    }
  })
})
