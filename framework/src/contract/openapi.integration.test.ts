import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { validate } from '@hyperjump/json-schema/openapi-3-1'
import { shop } from '../../test/contract/shop.ts'
import { toOpenApi } from './openapi.ts'
import { toYaml } from './yaml.ts'

const run = promisify(execFile)

describe('openapi document', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-openapi-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('validates against the meta-schema of OpenAPI 3.1, schemas included · M21.7', async () => {
    const check = await validate('https://spec.openapis.org/oas/3.1/schema-base')
    const verdict = check(JSON.parse(JSON.stringify(toOpenApi(shop))), 'BASIC')
    assert.ok(verdict.valid, JSON.stringify(verdict, null, 2))
    assert.equal(check({ ...toOpenApi(shop), paths: { orders: {} } }).valid, false)
  })

  for (const [format, write] of [
    ['json', JSON.stringify],
    ['yaml', toYaml],
  ] as const) {
    it(`passes redocly lint without an error or a warning as ${format} · M21.8`, async () => {
      const file = join(folder, `openapi.${format}`)
      await writeFile(file, write(toOpenApi(shop)))
      const cli = join(dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')), 'bin/cli.js')
      const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
      const { stdout } = await run(process.execPath, [cli, 'lint', file, '--extends=recommended', '--format=json'], {
        cwd: folder,
        env,
      }).catch((failed) => failed)
      const { totals, problems } = JSON.parse(stdout)
      assert.deepEqual(
        problems.map(({ ruleId, message, location }: any) => [ruleId, message, location[0].pointer]),
        [],
      )
      assert.deepEqual(totals, { errors: 0, warnings: 0, ignored: 0 })
    })
  }
})
