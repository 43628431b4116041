import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { codings, encode, encodeLater, encoder, isBusy, isFull } from './codings.ts'

const decoders = { br: brotliDecompressSync, gzip: gunzipSync, zstd: zstdDecompressSync }
const text = 'ä and ö, '.repeat(5000)

describe('content codings · M02.41', () => {
  for (const coding of codings)
    it(`${coding} gives back what it was given, at once and later`, async () => {
      assert.equal(decoders[coding](encode(coding, text)).toString(), text)
      assert.equal(decoders[coding](await encodeLater(coding, Buffer.from(text))).toString(), text)
    })

  it('are busy when as many run as can, and no longer when one has ended', async () => {
    const first = encodeLater('gzip', text)
    assert.equal(isBusy(), false)
    const others = [1, 2, 3].map(() => encodeLater('gzip', text))
    assert.equal(isBusy(), true)
    await Promise.all([first, ...others])
    assert.equal(isBusy(), false)
  })

  it('are full when a hundred streams are open, and no longer when they have closed', async () => {
    const streams = Array.from({ length: 100 }, () => encoder('gzip'))
    assert.equal(isFull(), true)
    await Promise.all(streams.map((stream) => once(stream.destroy(), 'close')))
    assert.equal(isFull(), false)
  })
})
