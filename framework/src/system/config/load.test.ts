import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { envExample } from './env-example.ts'
import { explainSetting } from './explain.ts'
import { duration, integer, secret, text, url } from './leaves.ts'
import { loadSettings } from './load.ts'
import { SettingsError } from './mistake.ts'
import type { Sources } from './resolve.ts'
import { serverSettings } from './server-settings.ts'
import { settings } from './settings.ts'

const strong = '4f1d8a0c6e93b75217c8f05ae2d94b36'
const description = settings({
  ...serverSettings,
  databaseUrl: url({ default: 'pglite:./.data/db', describe: 'Where the data is.' }),
  auth: {
    secret: secret({ env: 'JWT_SECRET', describe: 'Signs access tokens.' }),
    accessTtl: duration({ default: '15m', describe: 'How long an access token is good for.' }),
  },
  mail: { from: text({ optional: true, describe: 'The sender.' }) },
})
// A folder that does not exist: nothing on this machine can answer for a file.
const sources = (given: Partial<Sources>): Sources => ({ env: {}, argv: [], cwd: '/nonexistent', ...given })
const mistakesOf = (given: Partial<Sources>): SettingsError => {
  try {
    loadSettings(description, sources(given))
  } catch (error) {
    assert.ok(error instanceof SettingsError)
    return error
  }
  return assert.fail('expected a SettingsError')
}

describe('loadSettings', () => {
  it('needs only what has no default · M16.9', () => {
    const values = loadSettings(description, sources({ env: { JWT_SECRET: 'for development' } }))
    assert.equal(values.logLevel, 'info')
    assert.equal(values.port, 3000)
    assert.equal(values.shutdownGrace, 20_000)
    assert.equal(values.auth.accessTtl, 900_000)
    assert.equal(values.auth.secret.reveal(), 'for development')
    assert.equal(values.mail.from, undefined)
  })

  it('reports every mistake at once, names each, shows no secret, and asks for exit code 78 · M16.8', () => {
    const error = mistakesOf({
      env: { NODE_ENV: 'production', PORT: '99999', JWT_SECRET: 'hunter2', APP__AUTH__ACESS_TTL: '1m', DATABASE_URL: 'bob:hunter2@db' },
      argv: ['--log-levl', 'debug', '--body-limit=huge'],
    })
    assert.equal(error.exitCode, 78)
    assert.equal(error.code, 'config-invalid')
    assert.deepEqual(
      error.mistakes.map(({ name, code }) => `${name} ${code}`),
      [
        'APP__AUTH__ACESS_TTL config-invalid',
        '--log-levl config-invalid',
        'PORT config-invalid',
        '--body-limit config-invalid',
        'JWT_SECRET secret-weak',
      ],
    )
    assert.match(error.message, /^5 settings are wrong:\n/)
    assert.match(error.message, /Did you mean APP__AUTH__ACCESS_TTL\?/)
    assert.match(error.message, /Did you mean --log-level\?/)
    assert.match(error.message, /PORT is "99999", expected an integer from 0 to 65535/)
    assert.match(error.message, /JWT_SECRET is too weak for production: .*\[secret-weak\]/)
    assert.ok(!error.message.includes('hunter2'))
  })

  it('says what a missing setting is for and how to give it', () => {
    assert.match(mistakesOf({}).message, /JWT_SECRET is not set, expected a secret of at least 32 bytes\. Signs access tokens\./)
  })

  it('does not run in production on a secret that is in the source', () => {
    const withDefault = settings({ key: secret({ default: strong, describe: 'Signs.' }) })
    assert.throws(() => loadSettings(withDefault, sources({ env: { NODE_ENV: 'production' } })), /KEY is not set, and the default is known/)
    assert.equal(loadSettings(withDefault, sources({})).key.reveal(), strong)
    assert.equal(
      loadSettings(withDefault, sources({ env: { NODE_ENV: 'production', KEY: strong.toUpperCase() } })).key.reveal(),
      strong.toUpperCase(),
    )
  })

  it('checks a production configuration where nobody knows the secrets · M16.8', () => {
    const error = mistakesOf({ env: { NODE_ENV: 'production', PORT: 'x' }, secretsElsewhere: true })
    assert.deepEqual(
      error.mistakes.map(({ name }) => name),
      ['PORT'],
    )
  })

  it('holds an unknown NODE_ENV to the rules of production', () => {
    assert.match(mistakesOf({ env: { NODE_ENV: 'prodution', JWT_SECRET: 'hunter2' } }).message, /"prodution".*\n.*\[secret-weak\]/)
  })

  it('is frozen to the last level · M16.10', () => {
    const values = loadSettings(description, sources({ env: { JWT_SECRET: 'x' }, argv: ['--trusted-proxies', '10.0.0.1'] }))
    for (const part of [values, values.auth, values.mail, values.trustedProxies]) assert.ok(Object.isFrozen(part))
    assert.throws(() => Object.assign(values.auth, { accessTtl: 1 }), TypeError)
  })

  it('treats an empty variable as absent', () => {
    assert.equal(loadSettings(description, sources({ env: { JWT_SECRET: 'x', PORT: '' } })).port, 3000)
  })

  it('puts what the code says above all, and names the code when that is wrong', () => {
    const given = { env: { JWT_SECRET: 'x', PORT: '1' }, argv: ['--port', '2'] }
    assert.equal(loadSettings(description, sources({ ...given, overrides: { port: 3, auth: { accessTtl: '1s' } } })).port, 3)
    assert.match(
      mistakesOf({ ...given, overrides: { port: 'x', prot: 1 } }).message,
      /the code has prot, which is not a setting\. Did you mean port\?\n.*port in the code is "x"/,
    )
    assert.equal(loadSettings(description, sources({ ...given, mode: 'test' })).mode, 'test')
  })
})

describe('settings', () => {
  it('refuses two settings of one name', () => {
    const one = integer({ default: 1, env: 'SAME', describe: 'One.' })
    assert.throws(() => settings({ a: one, b: one }), /a and b are both called SAME/)
    assert.throws(() => settings({ log: text({ describe: 'x' }), logFile: text({ describe: 'x' }) }), /LOG_FILE/)
    assert.throws(() => settings({ config: text({ describe: 'x' }) }), /the settings file and config/)
  })
})

describe('explainSetting', () => {
  it('lists every candidate, weakest first, and the winner · M16.5', () => {
    const given = sources({ env: { PORT: '1', APP__PORT: '2', JWT_SECRET: 'x' }, argv: ['--port', '3'] })
    const { candidates, problem } = explainSetting(description, given, 'port')
    assert.deepEqual(
      candidates.map(({ source, name, text: shown, wins }) => [source, name, shown, wins]),
      [
        ['default', 'the default', '3000', false],
        ['environment', 'PORT', '1', false],
        ['environment', 'APP__PORT', '2', false],
        ['flag', '--port', '3', true],
      ],
    )
    assert.equal(problem, undefined)
  })

  it('masks secrets and credentials, and says what is wrong with the winner · M16.5', () => {
    const given = sources({ env: { NODE_ENV: 'production', JWT_SECRET: 'hunter2', DATABASE_URL: 'postgres://bob:hunter2@db/shop' } })
    const told = [explainSetting(description, given, 'JWT_SECRET'), explainSetting(description, given, '--database-url')]
    assert.equal(told[0]?.candidates.at(-1)?.text, '[redacted]')
    assert.match(told[0]?.problem ?? '', /too weak/)
    assert.equal(told[1]?.candidates.at(-1)?.text, 'postgres://***@db/shop')
    assert.ok(!JSON.stringify(told).includes('hunter2'))
  })

  it('answers an unknown key with the nearest one', () => {
    assert.throws(() => explainSetting(description, sources({}), 'databaseUlr'), /Did you mean databaseUrl\?/)
  })
})

describe('envExample', () => {
  it('is a .env that loads: needed settings open, the others commented out with their defaults · M16.7', () => {
    const lines = envExample(description).split('\n')
    assert.ok(lines.includes('JWT_SECRET='))
    assert.ok(lines.includes('# PORT=3000'))
    assert.ok(lines.includes('# Where the data is.'))
    assert.equal(lines.filter((line) => /^(# )?[A-Z0-9_]+=/.test(line)).length, description.all.length)
  })
})
