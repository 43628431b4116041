import type { Codec } from '../codec.ts'
import type { Naming } from './naming.ts'

/** A codec that writes values of the contract under their written names. */
export function namedCodec(codec: Codec, naming: Naming): Codec {
  const { writer, items } = codec
  return {
    ...codec,
    ...(writer && {
      writer(schema, where) {
        const names = naming.of(schema, where)
        const write = writer(names.schema, where)
        return (value) => write(names.toWritten(value))
      },
    }),
    ...(items && {
      items(item, where) {
        const names = naming.of(item, where)
        const { write, ...around } = items(names.schema, where)
        return { ...around, write: (one) => write(names.toWritten(one)) }
      },
    }),
  }
}
