import type { Codec } from '../../../contract/codec.ts'
import { declaredBy, reading } from '../shape.ts'
import { fromXml } from './read.ts'
import { toXml } from './write.ts'
import { planOf } from '../../../contract/json-writer/plan.ts'

/**
 * XML for the same values as JSON, driven by the schema: an element a member, `<item>` for what is in a list, `xsi:nil` for null, JSON text where
 * the schema allows anything. Document types and entities are refused, so that nothing is ever fetched or expanded.
 *
 * Needs the package `fast-xml-parser`. Name `application/xml` in an endpoint's `accepts` and `produces`.
 */
export function xml(): Codec {
  return {
    mediaType: 'application/xml',
    contentType: 'application/xml; charset=utf-8',
    aliases: ['text/xml'],
    suffix: 'xml',
    writer(schema) {
      const { plan, declared } = declaredBy(schema)
      return (value) => toXml(plan, declared(value))
    },
    reader(schema) {
      const plan = planOf(schema)
      return reading('XML', (bytes) => fromXml(plan, bytes))
    },
  }
}
