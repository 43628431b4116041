import type { HttpRecord } from '../../std/operation.ts'

/** Why the answer did, or did not, come from what somebody had kept (RFC 9111). */
export function whyCached(status: number, { method, requestHeaders, responseHeaders }: HttpRecord): string {
  const asked = (wanted: string) => requestHeaders.find(([name]) => name === wanted)?.[1]
  const said = (wanted: string) => responseHeaders.find(([name]) => name === wanted)?.[1]
  const policy = said('cache-control')
  if (status === 304)
    return `The caller's copy was used: ${asked('if-none-match') === undefined ? 'it has not changed since' : `its entity tag is still ${said('etag') ?? 'the same'}`}.`
  if (method !== 'GET' && method !== 'HEAD') return `It was not cached, because it was a ${method}: only answers to GET and HEAD are kept.`
  const had = asked('if-none-match')
  const changed = had === undefined ? '' : ` The caller had a copy, but of ${had}, and now it is ${said('etag') ?? 'another one'}.`
  if (asked('cache-control')?.includes('no-cache') === true || asked('cache-control')?.includes('no-store') === true)
    return `It was not answered from a cache, because the caller forbade it (Cache-Control: ${asked('cache-control')}).${changed}`
  return `It was not answered from a cache. ${keeping(policy, { etag: said('etag'), vary: said('vary') })}${changed}`
}

function keeping(policy: string | undefined, { etag, vary }: { etag: string | undefined; vary: string | undefined }): string {
  if (policy === undefined) return 'The endpoint promises no `cache`, so nobody is told to keep its answer.'
  if (policy.includes('no-store')) return `Nobody may keep its answer (Cache-Control: ${policy}).`
  const whose = policy.includes('private') ? 'Only the caller itself may keep its answer' : 'Its answer may be kept'
  const asking = policy.includes('no-cache') || /max-age=0\b/.test(policy)
  const how = asking ? (etag === undefined ? ', but must ask again each time' : ', but must ask again each time, with the entity tag') : ''
  const apart = vary === undefined ? '' : ` Requests that differ in ${vary} have answers of their own.`
  return `${whose}${how} (Cache-Control: ${policy}).${apart}`
}
