import type { HttpRecord } from '../../std/operation.ts'

/** Bytes; see `http/reply/compress.ts`. */
const worthwhile = 1024

/** Why the answer was, or was not, compressed: the rules of `http/reply/compress.ts`, in their order. */
export function whyCompressed(status: number, { requestHeaders, responseHeaders, responseBytes }: HttpRecord): string {
  const asked = requestHeaders.find(([name]) => name === 'accept-encoding')?.[1]
  const said = (wanted: string) => responseHeaders.find(([name]) => name === wanted)?.[1]
  const coding = said('content-encoding')
  if (coding !== undefined) return `It was compressed with ${coding}, to ${responseBytes} bytes: the caller accepts ${asked ?? 'anything'}.`
  const plain = 'It was not compressed: '
  if (responseBytes === 0) return `${plain}it has no body.`
  if (status === 206) return `${plain}a part is a part of the plain bytes.`
  if (responseBytes < worthwhile) return `${plain}${responseBytes} bytes are less than ${worthwhile}, and fit into one packet anyway.`
  if (asked === undefined) return `${plain}the caller sent no Accept-Encoding.`
  if (!/\b(?:zstd|br|gzip)\b|\*/.test(asked))
    return `${plain}the caller accepts ${asked === '' ? 'no coding' : asked}; zstd, br and gzip are spoken here.`
  if (said('cache-control')?.includes('no-transform') === true) return `${plain}its Cache-Control says no-transform.`
  // What could have been compressed says so by its Vary, even when it was not.
  if (said('vary')?.toLowerCase().includes('accept-encoding') === true)
    return `${plain}too many others were being compressed at that moment.`
  return `${plain}${said('content-type') ?? 'its content'} is compressed already, or the endpoint or the application switched it off (answers that hold secrets never are).`
}
