import { isUtf8 } from 'node:buffer'
import { BadRequest } from '../../../contract/problems.ts'
import { deepest } from '../shape.ts'

/**
 * Walks through MessagePack without building anything. A library that trusts a length of four billion allocates before it notices
 * that there are no bytes; and one that knows extension types builds regular expressions and functions from a stranger's bytes.
 *
 * Refuses lengths beyond the end, more than 64 levels, extensions but the timestamp, keys that are not strings or come twice, bytes left over.
 */
export function checkMsgpack(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  const refuse = (detail: string): never => {
    throw BadRequest({ detail: `The body is not MessagePack that can be read: ${detail}.` })
  }
  const skip = (length: number): void => {
    at += length
    if (at > bytes.length) refuse('it breaks off')
  }
  const count = (width: 1 | 2 | 4): number => {
    const start = at
    skip(width)
    return width === 1 ? view.getUint8(start) : width === 2 ? view.getUint16(start) : view.getUint32(start)
  }
  const text = (length: number): void => {
    const start = at
    skip(length)
    if (!isUtf8(bytes.subarray(start, at))) refuse('a string is not UTF-8')
  }
  const extension = (length: number): void => {
    if (count(1) !== 0xff || ![4, 8, 12].includes(length)) refuse('it holds an extension type')
    skip(length)
  }
  const array = (length: number, depth: number): void => {
    if (length > bytes.length - at) refuse('it breaks off')
    for (let i = 0; i < length; i++) value(depth + 1)
  }
  const map = (length: number, depth: number): void => {
    if (length * 2 > bytes.length - at) refuse('it breaks off')
    const names = new Set<string>()
    for (let i = 0; i < length; i++) {
      const start = at
      const head = bytes[at]!
      if (!(head >= 0xa0 && head <= 0xbf) && !(head >= 0xd9 && head <= 0xdb)) refuse('a key is not a string')
      value(depth + 1)
      // A name may be written with a longer length than it needs: only its text counts.
      const name = Buffer.from(bytes.subarray(start + (head <= 0xbf ? 1 : 1 + widths[head - 0xd9]!), at)).toString()
      if (names.has(name)) refuse('a member comes twice')
      names.add(name)
      value(depth + 1)
    }
  }
  const value = (depth: number): void => {
    if (depth > deepest) refuse(`it is nested deeper than ${deepest}`)
    const head = count(1)
    if (head <= 0x7f || head >= 0xe0 || head === 0xc0 || head === 0xc2 || head === 0xc3) return
    if (head <= 0x8f) map(head & 0x0f, depth)
    else if (head <= 0x9f) array(head & 0x0f, depth)
    else if (head <= 0xbf) text(head & 0x1f)
    else if (head >= 0xc4 && head <= 0xc6) skip(count(widths[head - 0xc4]!))
    else if (head >= 0xc7 && head <= 0xc9) extension(count(widths[head - 0xc7]!))
    else if (head === 0xca || head === 0xcb) skip(head === 0xca ? 4 : 8)
    else if (head >= 0xcc && head <= 0xcf) skip(2 ** (head - 0xcc))
    else if (head >= 0xd0 && head <= 0xd3) skip(2 ** (head - 0xd0))
    else if (head >= 0xd4 && head <= 0xd8) extension(2 ** (head - 0xd4))
    else if (head >= 0xd9 && head <= 0xdb) text(count(widths[head - 0xd9]!))
    else if (head === 0xdc || head === 0xdd) array(count(head === 0xdc ? 2 : 4), depth)
    else if (head === 0xde || head === 0xdf) map(count(head === 0xde ? 2 : 4), depth)
    else refuse('a byte begins nothing')
  }
  value(0)
  if (at < bytes.length) refuse('something follows the value')
}

const widths = [1, 2, 4] as const
