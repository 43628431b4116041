import { endpoint } from '../../contract/endpoint.ts'
import { NotFound } from '../../contract/problems.ts'
import { implement } from '../../http/implement.ts'
import type { Reply, Route } from '../../http/stage.ts'
import { readFolder, type StaticFile } from '../roots/files.ts'
import { fileReply } from '../roots/reference-page.ts'

// The pages themselves: files without anything of the application in them. What they show, they ask for.

const base = { tags: ['Console'], auth: 'none', rateLimit: 'none', errors: [NotFound] } as const
const ownFilesOnly = { set: 'html', csp: { 'form-action': "'none'" } } as const
const shell = {
  ...base,
  summary: 'Open the console',
  mediaType: 'text/html',
  // Asked again every time, and mostly answered with 304: it names the files of the release.
  etag: true,
  cache: { scope: 'public' },
  securityHeaders: ownFilesOnly,
} as const

const contract = {
  openConsole: endpoint('GET /console', shell),
  /** Every page has an address, and each is drawn by the same files. */
  openConsolePage: endpoint('GET /console/*page', shell),
  readConsoleAsset: endpoint('GET /console/assets/{name}', {
    ...base,
    summary: 'Read a file of the console',
    mediaType: 'application/octet-stream',
    // The name changes with the content.
    cache: { scope: 'public', maxAge: 31_536_000, immutable: true },
    securityHeaders: ownFilesOnly,
  }),
}

/** The same two folders up in src/ and in dist/, where the console's build puts its files. */
const folder = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/console/app/' : '../../console/app/', import.meta.url)

/** Serves the pages to everybody: without the console's token they show nothing. */
export function consolePages(from: URL = folder): Route[] {
  const file = reader(from)
  return implement(contract, {
    openConsole: () => file('index.html'),
    openConsolePage: ({ params }) => {
      if (params.page.startsWith('api/')) throw NotFound()
      return file('index.html')
    },
    readConsoleAsset: ({ params }) => file(params.name),
  })
}

function reader(from: URL): (name: string) => Reply<never> {
  let files: ReadonlyMap<string, StaticFile> | undefined
  return (name) => {
    const found = (files ??= readFolder(from)).get(name)
    if (found === undefined) throw NotFound()
    return fileReply(found)
  }
}
