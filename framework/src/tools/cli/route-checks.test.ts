import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, it } from 'node:test'
import { endpoint, type Address } from '../../contract/endpoint.ts'
import { toConstraint } from '../../http/find/constraint.ts'
import { RadixRouter } from '../../http/find/radix-router.ts'
import { group, implement } from '../../http/implement.ts'
import type { Route } from '../../http/stage.ts'
import { declaredEndpoints } from './declared-endpoints.ts'
import { samplesOf } from './pattern-samples.ts'
import { checkRoutes, type RoutesToCheck } from './route-checks.ts'

const routesOf = (...addresses: Address[]): Route[] =>
  addresses.flatMap((address) => {
    const of = endpoint(address, { summary: address, auth: 'none' })
    return implement({ of }, { of: () => undefined })
  })
const check = (of: Partial<RoutesToCheck>) =>
  checkRoutes({ served: [], absent: [], declared: new Map(), allowedHosts: [], cwd: '/', ...of })

describe('examples of a pattern', () => {
  it('are texts that it takes, many and different · M03.13', () => {
    for (const pattern of [
      '\\d+',
      '\\d{4}',
      '[a-z]+-[0-9]{2,3}',
      'v[12]',
      '(?:en|de|fr)',
      'int',
      'uuid',
      'slug',
      '[^/]{2}',
      'a?b*c',
      '\\d+-\\d+',
      '[\\w.]+',
    ]) {
      const test = toConstraint(pattern, 'test')
      const samples = samplesOf(pattern, test)
      assert.ok(samples.length > 0, pattern)
      for (const text of samples) assert.match(text, test)
    }
    assert.deepEqual(samplesOf('(?:en|de|fr)', /^(?:en|de|fr)$/).toSorted(), ['de', 'en', 'fr'])
    assert.ok(samplesOf('[a-z]+', /^[a-z]+$/).length > 20)
  })
})

describe('the routes that doctor looks at', () => {
  it('are shadowed where another takes all that they take, as the router has it · M03.13', () => {
    for (const [shadowed, winner, path] of [
      ['GET /years/{year:\\d{4}}', 'GET /years/{n:\\d+}', '/years/2024'],
      ['GET /a/{id:int}/b', 'GET /a/{n:\\d+}/b', '/a/7/b'],
      ['GET /a/{x:me}', 'GET /a/me', '/a/me'],
      ['GET /a/{x:[b]}', 'GET /a/{y:[a-z]}', '/a/b'],
    ] as const) {
      const served = routesOf(shadowed, winner)
      const found = check({ served })
      const really = new RadixRouter<string>()
      for (const { endpoint: of, source } of served) really.add({ method: of.method, path: of.path, target: of.address, source })
      const match = really.match('GET', path)
      const wins = match.kind === 'found' && match.target === winner
      assert.equal(
        found.some(({ name }) => name === 'route shadowed'),
        wins,
        `${shadowed} by ${winner}`,
      )
      if (wins) assert.match(found[0]!.found, /is not found: GET .+ takes its requests and is tried first/)
    }
    assert.ok(check({ served: routesOf('GET /a/{x:me}', 'GET /a/me') })[0]!.status === 'warn')
  })

  it('are not where anything is left for them · M03.13', () => {
    for (const served of [
      routesOf('GET /a/{n:\\d+}', 'GET /a/{x:[a-f]+}'),
      // Tried in the order of their patterns, and each has something of its own.
      routesOf('GET /a/{n:[0-5]+}', 'GET /a/{x:[4-9]+}'),
      routesOf('GET /a/{n:\\d+}', 'POST /a/{year:\\d{4}}'),
      routesOf('GET /a/{n:\\d+}/x', 'GET /a/{year:\\d{4}}/y'),
      routesOf('GET /a/me', 'GET /a/{id}', 'GET /a/*rest'),
      [...routesOf('GET /a/{n:\\d+}'), ...group('', { host: 'b.example' }, routesOf('GET /a/{year:\\d{4}}'))],
    ])
      assert.deepEqual(
        check({ served }).map(({ name, status }) => [name, status]),
        [['routes', 'ok']],
      )
  })

  it('are out of reach for hosts that are not served, and in modes that exclude each other · M03.13', () => {
    const served = [
      ...group('', { host: 'admin.shop.example' }, routesOf('GET /a')),
      ...group('', { host: '*.shop.example' }, routesOf('GET /b')),
    ]
    const [one, ...more] = check({ served, allowedHosts: ['www.shop.example'] })
    assert.deepEqual([one?.name, more], ['route out of reach', []])
    assert.match(one!.found, /^GET admin\.shop\.example\/a \(.+\) is for admin\.shop\.example, which ALLOWED_HOSTS leaves out/)
    const absent = group('', { modes: ['test'] }, group('', { modes: ['production'] }, routesOf('GET /never')))
    assert.deepEqual(
      check({ absent }).map(({ name }) => name),
      ['route never served'],
    )
    const [elsewhere] = check({ absent: group('', { modes: ['test'] }, routesOf('GET /fixtures')) })
    assert.match(elsewhere!.found, /1 are for other modes: GET \/fixtures/)
  })

  it('leave no endpoint of the application’s modules out, also not by a group that changes it · M03.13', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'declared-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const framework = pathToFileURL(join(import.meta.dirname, '../../contract/endpoint.ts')).href
    const declare = (name: string) => `export const ${name} = endpoint('GET /${name}', { summary: '${name}', auth: 'none' })\n`
    writeFileSync(join(folder, 'contract.ts'), `import { endpoint } from '${framework}'\n${declare('kept')}${declare('forgotten')}`)
    writeFileSync(join(folder, 'types.ts'), `throw new Error('was loaded for its types')\n`)
    writeFileSync(
      join(folder, 'app.ts'),
      `import type { T } from './types.ts'\nimport {\n  kept,\n} from './contract.ts'\nexport const app = kept\n`,
    )
    const declared = await declaredEndpoints(join(folder, 'app.ts'))
    assert.deepEqual([...declared.keys()].map(({ path }) => path).toSorted(), ['/forgotten', '/kept'])
    const kept = [...declared.keys()].find(({ path }) => path === '/kept')!
    const served = group('/api', { deadline: 5 }, implement({ kept }, { kept: () => undefined } as never))
    const findings = check({ served, declared, cwd: folder })
    assert.deepEqual(
      findings.map(({ name, found }) => [name, found]),
      [['endpoint not served', 'GET /forgotten is declared in contract.ts and no route serves it']],
    )
  })
})
