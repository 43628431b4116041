import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { importsOf, isTest, none, sourceFiles, type Import } from './source-tree.ts'

interface Layer {
  /** The files it holds; the first layer that matches a file is its layer. */
  readonly holds: RegExp
  readonly may: readonly RegExp[]
  /** Allowed when nothing of it is left at run time. */
  readonly mayTypesOf?: readonly RegExp[]
  /** The rule, for the person who broke it. */
  readonly rule: string
}

const node = /^node:/
const std = /^framework\/src\/std\//
const contract = /^framework\/src\/contract\//
const system = /^framework\/src\/system\//
const services = /^framework\/src\/services\//
const dbTables = /^framework\/src\/services\/db\/tables\.ts$/

/** Who may import whom (ARCHITECTURE.md). What a folder may import of itself is added below. */
const layers: readonly Layer[] = [
  { holds: std, may: [node], rule: 'std/ stands on nothing but node:' },
  {
    holds: /^framework\/src\/contract\/json-schema\//,
    may: [contract, std],
    rule: 'contract/json-schema/ may import contract/ and std/',
  },
  {
    holds: /^framework\/src\/contract\/fields\//,
    may: [contract, std, /^zod$/],
    rule: 'contract/fields/ may import contract/, std/ and Zod',
  },
  { holds: contract, may: [std], rule: 'contract/ runs in a browser: it may import std/ and nothing else' },
  { holds: /^framework\/src\/system\/log\//, may: [node, std, /^pino$/], rule: 'system/log/ may import std/ and pino' },
  { holds: system, may: [node, std], rule: 'system/ may import std/; its areas know each other only through interfaces of std/' },
  {
    holds: /^framework\/src\/services\/(?<own>\w+)\/drivers\//,
    may: [node, std, dbTables, /^framework\/src\/services\/$<own>\/driver\.ts$/, /^framework\/src\/services\/$<own>\/drivers\//, /^[@\w]/],
    rule: 'a driver may import its own driver.ts, std/ and the one client it drives, which may be the database that it is handed',
  },
  {
    holds: /^framework\/src\/services\/db\//,
    may: [node, std, /^(pg|kysely)$/],
    mayTypesOf: [system],
    rule: 'services/db/ may import std/, pg, kysely and types of system/',
  },
  {
    holds: /^framework\/src\/services\/auth\//,
    may: [node, std, /^jose(\/|$)/, /^framework\/src\/services\/db\/tables\.ts$/],
    mayTypesOf: [system, services],
    rule: 'services/auth/ may import std/, jose, tables() and types of system/ and of the services it is handed',
  },
  {
    holds: /^framework\/src\/services\/fetch\//,
    may: [node, std, /^undici$/],
    mayTypesOf: [system],
    rule: 'services/fetch/ may import std/, undici and types of system/',
  },
  {
    holds: /^framework\/src\/services\/idempotency\//,
    may: [node, std, /^kysely$/, dbTables],
    mayTypesOf: [system, services],
    rule: 'services/idempotency/ may import std/, kysely, tables() and types of system/ and of the services it is handed',
  },
  {
    holds: services,
    may: [node, std],
    mayTypesOf: [system, services],
    rule: 'a service may import std/, and types of system/ and of the services it is handed',
  },
  {
    holds: /^framework\/src\/http\/(?<own>accept|find|guard|handle|reply)\//,
    may: [node, std, contract, /^framework\/src\/http\/(stage|exchange|headers|quality|http2|precognition)\.ts$/],
    mayTypesOf: [system, services],
    rule: 'inside http/, a folder may import stage.ts, exchange.ts, headers.ts, quality.ts, http2.ts, precognition.ts, contract/, std/ and types of system/ and services/, never another folder of http/',
  },
  {
    holds: /^framework\/src\/http\/codecs\//,
    may: [std, contract, node, /^framework\/src\/http\/guard\//, /^(@fastify\/busboy|msgpackr|fast-xml-parser|protobufjs|avsc)$/],
    rule: 'a codec may import contract/, std/, the parsers of http/guard/ and the one library it drives',
  },
  {
    holds: /^framework\/src\/http\//,
    may: [node, std, contract, /^framework\/src\/http\//],
    mayTypesOf: [system, services],
    rule: 'http/ may import contract/, std/ and types of system/ and services/',
  },
  {
    holds: /^framework\/src\/tools\//,
    may: [node, /^framework\/src\/(?!.*\/drivers\/)/, /^throughline(\/|$)/],
    rule: 'tools/ may import everything but drivers',
  },
  { holds: /^framework\/src\/app/, may: [node, /^framework\/src\/(?!.*\/drivers\/)/], rule: 'app.ts may import everything but drivers' },

  {
    holds: /^console\/src\/app\//,
    may: [/^(preact|preact\/hooks|@preact\/signals|uplot)$/, /^framework\/src\/contract\/trace\//, /^virtual:chapters$/],
    mayTypesOf: [/^framework\/src\/tools\/console\/(\w+-)?views\.ts$/, /^framework\/src\/std\/(operation|profile)\.ts$/],
    rule: 'the console may import Preact, uPlot, contract/trace/, and types of the views it shows',
  },
  {
    holds: /^orders\/contract\//,
    may: [/^zod$/, /^throughline\/contract$/],
    rule: 'orders/contract/ may import throughline/contract and the schema library',
  },
  {
    holds: /^orders\/src\/domain\//,
    may: [/^orders\/contract\//, /^throughline\/(contract|std)$/, /^throughline\/auth$/],
    mayTypesOf: [/^throughline\/db$/],
    rule: 'orders/src/domain/ may import the contract, declarations and service types: no HTTP, no SQL',
  },
  {
    holds: /^orders\/src\/api\//,
    may: [/^orders\/src\/events\.ts$/, /^orders\/contract\//, /^throughline\/(http|contract)$/],
    mayTypesOf: [/^orders\/src\/domain\//, /^throughline\/(std|auth)$/],
    rule: 'orders/src/api/ may import the contract, events.ts, throughline/http and types of domain/',
  },
  {
    holds: /^orders\/src\/store\//,
    may: [node, /^orders\/src\/domain\/ports\.ts$/, /^orders\/contract\//, /^throughline\/(db|std|contract)$/, /^kysely$/],
    mayTypesOf: [/^orders\/src\/domain\//],
    rule: 'orders/src/store/ may import domain/ports.ts, the contract and throughline/db',
  },
  {
    holds: /^orders\/src\/[\w-]+\.ts$/,
    may: [node, /^orders\//, /^throughline(\/|$)/],
    rule: 'orders/src/*.ts wires the layers, on published names only',
  },
]

const files = sourceFiles('framework/src/**/*.ts', 'orders/{contract,src}/**/*.ts', 'console/src/app/**/*.{ts,tsx}').filter(
  ({ path }) => !isTest(path),
)
const imports = files.flatMap(importsOf)

describe('who may import whom', () => {
  it('gives every source file a layer', () => {
    none(files.map(({ path }) => path).filter((path) => layerOf(path) === undefined))
  })

  it('holds for every import', () => {
    assert.ok(imports.length > 100)
    none(imports.map(breach))
  })

  it('lets nobody but tools and users import app.ts', () => {
    const offenders = imports.filter(({ from, target }) => target === 'framework/src/app.ts' && !from.startsWith('framework/src/tools/'))
    none(offenders.map(show))
  })

  it('lets the contract run in a browser: it reaches no Node.js module and no package', () => {
    const doors = ['index.ts', 'diff/index.ts', 'trace/waterfall.ts', 'trace/explain.ts']
    const reached = new Set(doors.flatMap((door) => [...reachable(`framework/src/contract/${door}`)]))
    none(imports.filter(({ from, target, typesOnly }) => reached.has(from) && !typesOnly && !target.startsWith('framework/')).map(show))
  })
})

function breach(found: Import): string | undefined {
  const layer = layerOf(found.from)
  if (layer === undefined) return undefined
  const own = layer.holds.exec(found.from)
  const fits = (pattern: RegExp) => new RegExp(pattern.source.replace('$<own>', own?.groups?.own ?? '')).test(found.target)
  // The part of the path that the layer matched is the folder itself.
  if (own && found.target.startsWith(own[0]) && own[0].endsWith('/')) return undefined
  if (layer.may.some(fits) || (found.typesOnly && layer.mayTypesOf?.some(fits))) return undefined
  return `${found.from}:${found.line} imports ${found.typesOnly ? 'types of ' : ''}${found.target}, but ${layer.rule}.`
}

function show({ from, line, target }: Import): string {
  return `${from}:${line} imports ${target}`
}

function layerOf(path: string): Layer | undefined {
  return layers.find(({ holds }) => holds.test(path))
}

function reachable(entry: string): Set<string> {
  const seen = new Set([entry])
  for (const path of seen) {
    for (const { from, target, typesOnly } of imports) if (from === path && !typesOnly) seen.add(target)
  }
  return seen
}
