import { realpath } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { toCacheHeaders, type CacheRules } from '../../contract/cache.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { NotFound } from '../../contract/problems.ts'
import { group, implement } from '../implement.ts'
import { bestCoding } from '../quality.ts'
import { rawReply, type Coding, type Context, type Reply, type Route } from '../stage.ts'
import { findFile, toBody, type FoundFile } from './found-file.ts'
import { mediaTypeOf } from './media-types.ts'

export interface StaticFiles {
  /** The folder. Links inside of it may only lead to places inside of it. */
  root: string | URL
  /** Where it is served: `/static`. */
  prefix: `/${string}`
  /** Names, relative to the root, whose content never changes because they hold its hash: kept for a year. Default: none. */
  immutable?: RegExp
  /** For all others. Default: kept by everybody, and revalidated each time. */
  cache?: CacheRules
  /** Media types by the end of the name, for what the built-in list does not know: `{ glb: 'model/gltf-binary' }`. */
  types?: Readonly<Record<string, string>>
  /** Of the operation. Default `readStaticFile`. */
  name?: string
}

const year = 365 * 24 * 60 * 60
const forever = toCacheHeaders({ scope: 'public', maxAge: year, immutable: true })[1]!
const siblings: readonly (readonly [Coding, string])[] = [
  ['zstd', '.zst'],
  ['br', '.br'],
  ['gzip', '.gz'],
]

/**
 * The files below a folder, streamed: with entity tags, ranges, and `app.js.br`, `.zst` or `.gz` in place of `app.js` for those who
 * accept it. Everything that is not a regular file below the root is 404: folders, links out, hidden names, devices.
 *
 * ```ts
 * import { staticFiles } from 'throughline/http'
 *
 * const routes = staticFiles({ root: new URL('./public/', import.meta.url), prefix: '/static', immutable: /\.[0-9a-f]{8}\.\w+$/ })
 * ```
 */
export function staticFiles({
  root,
  prefix,
  immutable,
  cache = { scope: 'public' },
  types,
  name = 'readStaticFile',
}: StaticFiles): Route[] {
  const folder = typeof root === 'string' ? root : fileURLToPath(root)
  const readFile = endpoint('GET /*path', {
    summary: 'Read a file',
    auth: 'none',
    mediaType: 'application/octet-stream',
    etag: true,
    ranges: true,
    cache,
    errors: [NotFound],
  })
  const serve = async (c: Pick<Context, 'headers'> & { readonly params: { readonly path: string } }): Promise<Reply<never>> => {
    const { path } = c.params
    const real = await realpath(folder)
    const file = await findFile(real, path)
    if (file === undefined) throw NotFound()
    const { served, coding, varies } = await chooseForm(real, path, file, c.headers['accept-encoding'])
    return rawReply(toBody(served), {
      type: mediaTypeOf(path, types),
      etag: coding === undefined ? served.version : `${served.version}-${coding}`,
      lastModified: served.modified,
      headers: {
        ...(varies && { vary: 'accept-encoding' }),
        ...(coding !== undefined && { 'content-encoding': coding }),
        ...(immutable?.test(path) && { 'cache-control': forever }),
      },
    })
  }
  return group(prefix, implement({ [name]: readFile }, { [name]: serve }))
}

/** The file or one of its compressed forms. A form that is older than the file belongs to the file that was there before. */
async function chooseForm(root: string, path: string, file: FoundFile, acceptEncoding: string | undefined) {
  const found = await Promise.all(siblings.map(async ([coding, end]) => [coding, await findFile(root, path + end)] as const))
  const forms = new Map(found.filter((form): form is [Coding, FoundFile] => form[1] !== undefined && form[1].modified >= file.modified))
  const coding = acceptEncoding === undefined ? undefined : bestCoding(acceptEncoding, [...forms.keys()])?.coding
  return { served: coding === undefined ? file : forms.get(coding)!, coding, varies: forms.size > 0 }
}
