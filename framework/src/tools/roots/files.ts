import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { contentTag } from '../../std/entity-tag.ts'

export interface StaticFile {
  readonly bytes: Uint8Array
  /** With its charset. */
  readonly type: string
  readonly etag: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/**
 * Everything in a folder, by name. What is not in this map cannot be asked for: no name of a request ever reaches the file system.
 *
 * Throws when the folder cannot be read.
 */
export function readFolder(folder: URL): ReadonlyMap<string, StaticFile> {
  const names = readdirSync(folder).filter((name) => extname(name) in types)
  return new Map(names.map((name) => [name, toFile(readFileSync(new URL(name, folder)), types[extname(name)]!)]))
}

export function toFile(bytes: Uint8Array, type: string): StaticFile {
  return { bytes, type, etag: contentTag(bytes) }
}
