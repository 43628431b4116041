import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { keep } from './lib/report.ts'

// What one endpoint costs the type checker: 300 of them with handlers and a typed client, less what their schemas cost anyway.
// node -C @throughline/source bench/checker-cost.ts [--max 2500]

const root = join(import.meta.dirname, '..')
const modules = 30
const perModule = 10

/** Instantiations an endpoint; seconds are for all 300. */
export interface CheckerCost {
  endpoints: number
  instantiationsPerEndpoint: number
  schemaInstantiationsPerEndpoint: number
  seconds: number
}

export async function checkerCost(): Promise<CheckerCost> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-checker-cost-'))
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const imports = `import { client, endpoint, problem } from 'throughline/contract'\nimport { implement } from 'throughline/http'\nvoid [client, endpoint, problem, implement]\n`
    const empty = await instantiations(folder, 'empty', () => imports)
    const schemas = await instantiations(folder, 'schemas', (index) => imports + schemasOf(index))
    const whole = await instantiations(folder, 'whole', (index) => imports + schemasOf(index) + endpointsOf(index))
    const endpoints = modules * perModule
    return {
      endpoints,
      instantiationsPerEndpoint: Math.round((whole.count - schemas.count) / endpoints),
      schemaInstantiationsPerEndpoint: Math.round((schemas.count - empty.count) / endpoints),
      seconds: whole.seconds,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function instantiations(
  folder: string,
  name: string,
  sourceOf: (index: number) => string,
): Promise<{ count: number; seconds: number }> {
  const project = join(folder, name)
  await mkdir(project)
  await writeFile(
    join(project, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: { noUnusedLocals: false }, include: ['*.ts'] }),
  )
  for (let index = 0; index < modules; index++) await writeFile(join(project, `module-${index}.ts`), sourceOf(index))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  // One thread: each checker of a parallel run would count the shared types again.
  const { stdout } = await promisify(execFile)(process.execPath, [
    compiler,
    '-p',
    project,
    '--noEmit',
    '--extendedDiagnostics',
    '--singleThreaded',
  ])
  const figure = (label: string) => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1])
  const count = figure('Instantiations')
  if (!count) throw new Error(`tsc reports no instantiations:\n${stdout}`)
  return { count, seconds: figure('Total time') }
}

function each(write: (endpoint: number) => string): string {
  return Array.from({ length: perModule }, (_, endpoint) => write(endpoint)).join('\n')
}

function schemasOf(index: number): string {
  return `import * as z from 'zod'\n${each(
    (n) => `
const Body${n} = z.object({ sku${index}: z.string().min(1), quantity${n}: z.int().positive(), note: z.string().optional(), kind: z.enum(['a', 'b${n}']) })
const Reply${n} = z.object({ id: z.uuid(), total${index}: z.number(), at: z.iso.datetime(), lines: z.array(z.object({ sku${n}: z.string(), left: z.int() })) })
const Fields${n} = z.object({ sku${n}: z.string(), left: z.int() })`,
  )}`
}

function endpointsOf(index: number): string {
  return `
${each((n) => `const Problem${n} = problem('problem-${index}-${n}', 409, Fields${n})`)}
const contract = {
${each((n) => `  save${n}: endpoint('POST /things${index}/{thingId}/parts${n}/{partId}', { summary: 'Save', auth: 'user', body: Body${n}, returns: Reply${n}, errors: [Problem${n}] }),`)}
}
declare const store: { save(id: string, sku: string): string }
implement(contract, {
${each((n) => `  save${n}: async ({ actor, params, body }) => ({ id: store.save(actor.id, params.thingId + params.partId), total${index}: body.quantity${n}, at: body.sku${index}, lines: [{ sku${n}: body.kind, left: 1 }] }),`)}
})
const api = client(contract, { baseUrl: '' })
${each(
  (
    n,
  ) => `const outcome${n} = await api.save${n}({ params: { thingId: '1', partId: '2' }, body: { sku${index}: 'a', quantity${n}: 1, kind: 'a' } })
if (outcome${n}.ok) outcome${n}.value.lines[0]!.left satisfies number
else if (outcome${n}.problem.type === 'problem-${index}-${n}') outcome${n}.problem.left satisfies number`,
)}
`
}

export async function run(): Promise<void> {
  const { endpoints, instantiationsPerEndpoint, schemaInstantiationsPerEndpoint, seconds } = await checkerCost()
  keep('checker-cost', {
    order: 6,
    title: 'Type checker',
    method: `${endpoints} endpoints with two path parameters, body, reply and a problem each, implemented and called through the typed client, on one thread of TypeScript 7; their schemas are measured apart. At most 2,500 instantiations an endpoint.`,
    columns: ['instantiations an endpoint', 'of its schemas', 'seconds for all'],
    rows: [[String(instantiationsPerEndpoint), String(schemaInstantiationsPerEndpoint), seconds.toFixed(1)]],
  })
}

if (import.meta.main) {
  const cost = await checkerCost()
  console.log(JSON.stringify(cost))
  const at = process.argv.indexOf('--max')
  if (at > 0 && cost.instantiationsPerEndpoint > Number(process.argv[at + 1])) {
    console.error(`An endpoint costs ${cost.instantiationsPerEndpoint} instantiations; at most ${process.argv[at + 1]} are allowed.`)
    process.exitCode = 1
  }
}
