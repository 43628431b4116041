import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Endpoint } from '../../contract/endpoint.ts'

/** A relative module that is imported for its values: types are gone when the program runs. */
const relativeImport = /^[ \t]*(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s*)?['"](\.{1,2}\/[^'"]+)['"]/gm

/**
 * The endpoints that the modules of an application export, each with its file. Only modules that the application has loaded are looked into:
 * a contract that nothing imports is unknown here, and to the program as well.
 */
export async function declaredEndpoints(applicationFile: string): Promise<Map<Endpoint, string>> {
  const found = new Map<Endpoint, string>()
  for (const file of modulesOf(applicationFile)) {
    const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>
    for (const value of Object.values(exported)) if (isEndpoint(value) && !found.has(value)) found.set(value, file)
  }
  return found
}

function modulesOf(entry: string): Set<string> {
  const files = new Set([entry])
  for (const file of files)
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(relativeImport)) {
      const path = resolve(dirname(file), target)
      if (/\.[cm]?[jt]s$/.test(path) && existsSync(path)) files.add(path)
    }
  return files
}

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && (value as Endpoint).kind === 'endpoint'
}
