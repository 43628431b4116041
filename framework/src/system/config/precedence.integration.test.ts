import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { assert as check, integer as anyInteger, option, property, record, uniqueArray, constantFrom } from 'fast-check'
import { explainSetting } from './explain.ts'
import { integer, secret, text, url } from './leaves.ts'
import { loadSettings } from './load.ts'
import { SettingsError } from './mistake.ts'
import { settings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'settings-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const write = (name: string, content: unknown) =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
const clear = () => {
  for (const name of ['config.json', 'config.development.json', 'config.production.json', '.env'])
    rmSync(join(folder, name), { force: true })
}

const description = settings({
  http: { port: integer({ default: 0, env: 'PORT', describe: 'Where to listen.' }) },
  databaseUrl: url({ optional: true, describe: 'Where the data is.' }),
  greeting: text({ optional: true, describe: 'A word.' }),
  key: secret({ optional: true, describe: 'Signs.' }),
})
const load = (env: Record<string, string> = {}, argv: readonly string[] = []) => loadSettings(description, { env, argv, cwd: folder })

describe('the precedence of settings', () => {
  it('is defaults < file < file of the mode < .env < environment < flags, whichever of them speak · M16.5', () => {
    const offered = record({
      'config.json': option(anyInteger()),
      'config.development.json': option(anyInteger()),
      '.env': option(anyInteger()),
      PORT: option(anyInteger()),
      APP__HTTP__PORT: option(anyInteger()),
      flag: option(anyInteger()),
    })
    check(
      property(offered, (offers) => {
        clear()
        for (const name of ['config.json', 'config.development.json'] as const)
          if (offers[name] !== null) write(name, { http: { port: offers[name] } })
        if (offers['.env'] !== null) write('.env', `PORT=${offers['.env']}`)
        const env: Record<string, string> = {}
        for (const name of ['PORT', 'APP__HTTP__PORT'] as const) if (offers[name] !== null) env[name] = String(offers[name])
        const argv = offers.flag === null ? [] : [`--http.port=${offers.flag}`]

        const winner =
          offers.flag ??
          offers.APP__HTTP__PORT ??
          offers.PORT ??
          offers['.env'] ??
          offers['config.development.json'] ??
          offers['config.json'] ??
          0
        assert.equal(load(env, argv).http.port, winner)
        const { candidates } = explainSetting(description, { env, argv, cwd: folder }, 'http.port')
        assert.equal(Number(candidates.find(({ wins }) => wins)?.text), winner)
      }),
      { numRuns: 200 },
    )
  })

  it('reports as many mistakes as were made, whatever the mixture · M16.8', () => {
    const places = ['config.json', 'PORT', '--http.port', 'unknown flag', 'unknown variable', 'databaseUrl'] as const
    check(
      property(uniqueArray(constantFrom(...places), { minLength: 1 }), (wrong) => {
        clear()
        const at = new Set(wrong)
        if (at.has('config.json')) write('config.json', '{ "http": ')
        const env = {
          ...(at.has('PORT') && { PORT: 'x' }),
          ...(at.has('unknown variable') && { APP__NOPE: '1' }),
          ...(at.has('databaseUrl') && { DATABASE_URL: 'not a url' }),
        }
        const argv = [...(at.has('--http.port') ? ['--http.port=y'] : []), ...(at.has('unknown flag') ? ['--nope=1'] : [])]
        // Only the winner of a setting is read: PORT under a flag is not looked at.
        const expected = at.size - (at.has('PORT') && at.has('--http.port') ? 1 : 0)
        assert.throws(
          () => load(env, argv),
          (error) => error instanceof SettingsError && error.exitCode === 78 && error.mistakes.length === expected,
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('settings files', () => {
  it('expand ${NAME} from the environment, with defaults, and say which name is missing · M16.2', () => {
    clear()
    write('config.json', { databaseUrl: 'postgres://${DB_USER:-app}:${DB_PASSWORD}@db/shop', greeting: 'costs $${PRICE}' })
    assert.equal(load({ DB_PASSWORD: 'pw' }).databaseUrl, 'postgres://app:pw@db/shop')
    assert.equal(load({ DB_PASSWORD: 'pw' }).greeting, 'costs ${PRICE}')
    assert.throws(() => load(), /config\.json has databaseUrl with \$\{DB_PASSWORD\}, but DB_PASSWORD is not set/)
  })

  it('are refused for unknown members and wrong shapes, with the nearest name', () => {
    clear()
    write('config.json', { http: { prot: 1 }, databaseUrl: 5 })
    assert.throws(
      () => load(),
      /http\.prot, which is not a setting\. Did you mean port\?[^]*databaseUrl in config\.json is 5, expected a URL/,
    )
    write('config.json', { http: 5 })
    assert.throws(() => load(), /must hold an object at http/)
  })

  it('that are not JSON are named by line and column and not quoted', () => {
    clear()
    write('config.json', '{\n  "key": hunter2\n}')
    assert.throws(
      () => load(),
      (error: Error) => /config\.json is not JSON/.test(error.message) && !error.message.includes('hunter2'),
    )
  })

  it('may be named, and then must exist', () => {
    clear()
    write('other.json', { greeting: 'from other' })
    assert.equal(load({}, ['--config', 'other.json']).greeting, 'from other')
    assert.equal(load({ APP_CONFIG: 'other.json' }).greeting, 'from other')
    assert.throws(() => load({}, ['--config', 'absent.json']), /absent\.json cannot be read \(ENOENT\)/)
  })
})

describe('mounted secrets', () => {
  it('are read from NAME_FILE, without the newline at the end · M16.2', () => {
    clear()
    write('mounted', 'from a file\n')
    assert.equal(load({ KEY_FILE: 'mounted' }).key?.reveal(), 'from a file')
    assert.equal(load({ APP__KEY_FILE: 'mounted' }).key?.reveal(), 'from a file')
  })

  it('are refused when the file is absent, or when NAME is set as well', () => {
    assert.throws(() => load({ KEY_FILE: 'absent' }), /KEY_FILE names the file absent, which cannot be read/)
    assert.throws(() => load({ KEY_FILE: 'mounted', KEY: 'x' }), /KEY and KEY_FILE are both set/)
  })
})

describe('.env', () => {
  it('counts in development only and never over a real variable · M16.7', () => {
    clear()
    write('.env', 'PORT=1\nGREETING="hello # there"')
    assert.deepEqual([load().http.port, load().greeting], [1, 'hello # there'])
    assert.equal(load({ PORT: '2' }).http.port, 2)
    assert.equal(load({ NODE_ENV: 'production' }).http.port, 0)
    assert.equal(load({ NODE_ENV: 'test' }).greeting, undefined)
  })

  it('is named in reports, by line when it cannot be read', () => {
    write('.env', 'PORT=x\nthis is not it')
    assert.throws(() => load(), /\.env line 2 cannot be read[^]*\.env: PORT is "x"/)
  })
})
