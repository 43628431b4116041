import { NotFound } from '../../contract/problems.ts'
import { rawReply, type Reply } from '../../http/stage.ts'
import { errorTable } from '../../std/error-table.ts'
import { readFolder, toFile, type StaticFile } from './files.ts'

/** The same two folders up in src/ and in dist/, where the console's build puts its files. */
const folder = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/console/reference/' : '../../console/reference/', import.meta.url)

/** Serves the files of the API reference by name. */
export function referencePage(from: URL = folder): (name: string) => Reply<never> {
  let files: ReadonlyMap<string, StaticFile> | undefined
  return (name) => {
    files ??= new Map([...readFolder(from), ['errors.json', errorsFile()]])
    const file = files.get(name)
    if (file === undefined) throw NotFound()
    return fileReply(file)
  }
}

export function fileReply({ bytes, type, etag }: StaticFile): Reply<never> {
  return rawReply(bytes, { type, headers: { etag } })
}

/** What the page says about the framework's own problems: no endpoint declares a 405, and its `docsUrl` points here all the same. */
function errorsFile(): StaticFile {
  const all = Object.entries(errorTable).flatMap(([code, entry]) => ('status' in entry ? [{ code, ...entry }] : []))
  return toFile(Buffer.from(JSON.stringify(all)), 'application/json')
}
