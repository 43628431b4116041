import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Application } from '../../app.ts'
import { BootError } from '../../std/errors.ts'

/** The file that exports the application: `--app`, else the `"throughline"` of the nearest package.json, else the one of its workspace's packages. */
export function findApplicationFile(cwd: string, named: string | undefined): string {
  if (named !== undefined) return resolve(cwd, named)
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const found = [folder, ...workspaces(folder)].flatMap((one) => entryOf(one) ?? [])
    if (found.length > 1) {
      const choices = found.map((file) => `--app ${relative(cwd, file)}`).join(' or ')
      throw new BootError('usage-wrong', `This workspace has ${found.length} applications.`, { fix: `Choose one: ${choices}.` })
    }
    if (found[0] !== undefined) return found[0]
    if (folder === dirname(folder)) break
  }
  throw new BootError('application-missing', `No package.json in ${cwd} or above it names an application.`)
}

/** Imports the file and gives the one application that it exports. */
export async function loadApplication(file: string): Promise<Application> {
  if (!existsSync(file)) throw new BootError('application-missing', `There is no file ${file}.`)
  const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  const applications = Object.values(exported).filter(isApplication)
  if (applications.length === 1) return applications[0]!
  const found = applications.length === 0 ? 'no application' : `${applications.length} applications`
  throw new BootError('application-missing', `${file} exports ${found}.`, { fix: 'Export exactly one value made by application().' })
}

function isApplication(value: unknown): value is Application {
  return typeof value === 'object' && value !== null && (value as Application).kind === 'application'
}

function entryOf(folder: string): string | undefined {
  const entry = readPackage(folder)?.['throughline']
  return typeof entry === 'string' ? join(folder, entry) : undefined
}

function workspaces(folder: string): string[] {
  const declared = readPackage(folder)?.['workspaces']
  const patterns: unknown = Array.isArray(declared) ? declared : (declared as { packages?: unknown } | undefined)?.packages
  if (!Array.isArray(patterns)) return []
  return globSync(
    patterns.filter((pattern) => typeof pattern === 'string'),
    { cwd: folder },
  ).map((one) => join(folder, one))
}

function readPackage(folder: string): Record<string, unknown> | undefined {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  } catch (cause) {
    throw new BootError('application-missing', `${file} is not JSON.`, { fix: 'Correct it.', cause })
  }
}
