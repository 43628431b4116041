import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { compileSchema } from '../../../contract/compile-schema.ts'
import { xml } from './xml.ts'

const schema = compileSchema(
  z.object({
    id: z.int(),
    zip: z.string(),
    tags: z.array(z.string()),
    note: z.string().nullable().optional(),
    open: z.boolean().optional(),
  }),
  'x',
).output
const write = xml().writer!(schema, 'x')
const read = xml().reader!(schema, 'x')
const parse = (text: string) => read(Buffer.from(text)) as Record<string, unknown>
const head = '<?xml version="1.0" encoding="UTF-8"?>\n<document xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'

describe('XML', () => {
  it('writes an element a member and an <item> for what is in a list · M04.2', () => {
    assert.equal(
      write({ id: 1, zip: '01', tags: ['<a>', ' b\r\n'], note: null }),
      `${head}<id>1</id><zip>01</zip><tags><item>&lt;a&gt;</item><item> b&#13;&#10;</item></tags><note xsi:nil="true"/></document>`,
    )
  })

  it('reads types from the schema and not from what a text looks like · M04.2', () => {
    const value = parse('<order>\n <id>7</id>\n <zip>075001</zip>\n <tags><item>1</item></tags>\n <open>true</open>\n</order>')
    assert.deepEqual(value, { id: 7, zip: '075001', tags: ['1'], open: true })
    assert.deepEqual(parse('<o><id>1e3</id><zip>1e3</zip><tags/></o>'), { id: 1000, zip: '1e3', tags: [] })
  })

  it('leaves what does not fit for validation to name', () => {
    assert.deepEqual(parse('<o><id>many</id><admin>true</admin></o>'), { id: 'many', admin: 'true' })
    assert.deepEqual(parse('<o><id>9007199254740993</id></o>'), { id: '9007199254740993' })
  })

  it('reads CDATA, references to characters and the five entities', () => {
    assert.equal(parse('<o><zip><![CDATA[<&amp;]]>&lt;&#x41;&#66;&apos;</zip></o>')['zip'], "<&amp;<AB'")
  })

  it('keeps members named like nothing an element may be called · M04.17', () => {
    const open = compileSchema(z.record(z.string(), z.string()), 'x').output
    const value = JSON.parse('{"__proto__":"a","constructor":"b","":"c","1 <x>":"d","item":"e","a\\u0000":"f\\u0001"}') as object
    const again = xml().reader!(open, 'x')(Buffer.from(xml().writer!(open, 'x')(value) as string)) as object
    assert.deepEqual(Object.entries(again), Object.entries(value))
  })

  const lol = '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
  const refused: [why: string, text: string][] = [
    ['a billion laughs', `${lol}<o><zip>&b;</zip></o>`],
    ['an external entity', '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><o><zip>&x;</zip></o>'],
    ['a document type without entities', '<!DOCTYPE o><o/>'],
    ['an entity of HTML', '<o><zip>&nbsp;</zip></o>'],
    ['a lonely ampersand', '<o><zip>a & b</zip></o>'],
    ['a reference to NUL', '<o><zip>&#0;</zip></o>'],
    ['half of a surrogate pair', '<o><zip>&#xd800;</zip></o>'],
    ['tags that do not match', '<o><zip>1</id></o>'],
    ['an open tag', '<o><zip>1'],
    ['two roots', '<o/><o/>'],
    ['a member that comes twice · M04.16', '<o><zip>1</zip><zip>2</zip></o>'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><o/>'],
    ['sixty-five levels', '<o>'.repeat(66) + '</o>'.repeat(66)],
    ['text alone', 'hello'],
    ['nothing', ''],
  ]
  for (const [why, text] of refused)
    it(`refuses ${why} · M04.2`, () => assert.throws(() => parse(text), { code: 'bad-request', status: 400 }))
  it('refuses bytes that are not UTF-8', () => assert.throws(() => read(Uint8Array.of(0x3c, 0xff)), { code: 'bad-request' }))
})
