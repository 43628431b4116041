/** Of frames. */
export const type = { headers: 1, reset: 3, settings: 4, ping: 6, continuation: 9 }

/** A frame by RFC 9113, 4.1. */
export function frame(kind: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(9)
  header.writeUIntBE(payload.length, 0, 3)
  header[3] = kind
  header[4] = flags
  header.writeUInt32BE(stream, 5)
  return Buffer.concat([header, payload])
}

export const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(type.settings, 0, 0)])
/** GET / of https://x, by HPACK's static table. */
export const get = Buffer.from([0x82, 0x84, 0x87, 0x41, 0x01, 0x78])
/** One header field that is not indexed: `a: bbb…` */
export const field = Buffer.concat([Buffer.from([0x00, 0x01, 0x61, 0x7f, 0x01]), Buffer.alloc(128, 'b')])
