import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLog } from '../../../std/log.ts'
import { systemClock } from '../../../std/clock.ts'
import { openDriver } from '../open.ts'

const open = (url: string) => openDriver(new URL(url), { clock: systemClock, log: silentLog })
const connection = async (url: string) => (await open(url)).connection()

describe('postgres URLs', () => {
  it('say where, who and which database', async () => {
    const { host, port, user, password, database, application_name, ssl } = await connection(
      'postgresql://al%40ice:p%2Fw@db.example:5433/my%20shop',
    )
    assert.deepEqual([host, port, user, password, database], ['db.example', 5433, 'al@ice', 'p/w', 'my shop'])
    assert.deepEqual([application_name, ssl], ['throughline', false])
  })

  it('may name a socket folder, an IPv6 address, or nothing but the user', async () => {
    assert.equal((await connection('postgres:///shop?host=/run/postgresql')).host, '/run/postgresql')
    assert.equal((await connection('postgres://[::1]/shop')).host, '::1')
    const { host, port, database } = await connection('postgres://alice@localhost')
    assert.deepEqual([host, port, database], ['localhost', 5432, 'alice'])
  })

  it('encrypt as libpq does, and never fall back to plain text', async () => {
    const ssl = async (mode: string) =>
      (await connection(`postgres://h/d?sslmode=${mode}`)).ssl as { rejectUnauthorized?: boolean; checkServerIdentity?: unknown }
    assert.equal((await ssl('require')).rejectUnauthorized, false)
    assert.equal((await ssl('verify-full')).rejectUnauthorized, true)
    assert.equal((await ssl('verify-full')).checkServerIdentity, undefined)
    assert.equal(typeof (await ssl('verify-ca')).checkServerIdentity, 'function')
    await assert.rejects(ssl('prefer'), { code: 'config-invalid', message: /Use one of disable, require, verify-ca, verify-full/ })
  })

  it('are refused when their port, certificate or a parameter is wrong', async () => {
    await assert.rejects(connection('postgres:///d?port=70000'), { code: 'config-invalid', message: /"70000" is not a port/ })
    await assert.rejects(connection('postgres://h/d?sslmode=require&sslrootcert=/no/such.pem'), {
      code: 'config-invalid',
      message: /such\.pem cannot be read/,
    })
    await assert.rejects(connection('postgres://h/d?pool=5'), { code: 'driver-parameter-unknown', message: /Known ones: host, port/ })
  })

  it('are told from schemes that no driver knows', () =>
    assert.rejects(open('mysql://root:s3cret@h/d'), {
      code: 'driver-unknown',
      message: 'No database driver for "mysql:". Known ones: pglite: postgres: postgresql: embedded-postgres:',
    }))
})
