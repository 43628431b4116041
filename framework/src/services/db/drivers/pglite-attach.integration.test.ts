import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import pg from 'pg'
import { attach } from './pglite.ts'
import { cancel, clientOf, heldClock, openAt, rejectsWith, scratchFolder, sleepForever, whenSent } from './fixtures/pglite.ts'

const { newFolder, remove } = scratchFolder()
after(remove)

describe('attaching to a pglite folder that is open', { timeout: 120_000 }, () => {
  it('shares the engine with an attached client, which waits for a transaction to end', async () => {
    const folder = newFolder()
    const url = new URL(`pglite:${folder}`)
    assert.equal(await attach(url), undefined)
    const driver = await openAt(folder)
    const owner = await clientOf(driver)
    await owner.query('create table shared (id int)')
    const guestDriver = await attach(url)
    assert.ok(guestDriver !== undefined)
    const guest = await clientOf(guestDriver)
    await owner.query('begin')
    await owner.query('insert into shared values (1)')
    const reading = guest.query('select id from shared')
    await owner.query('insert into shared values (2)')
    await owner.query('rollback')
    assert.deepEqual((await reading).rows, [])
    await guest.query('insert into shared values (3)')
    await guest.query('begin')
    await guest.query('insert into shared values (4)')
    await guest.end()
    assert.deepEqual((await owner.query('select id from shared')).rows, [{ id: 3 }])
    await owner.end()
    await driver.close()
  })

  it('lets an attached client cancel its own statement', async () => {
    const folder = newFolder()
    const driver = await openAt(folder)
    const guestDriver = await attach(new URL(`pglite:${folder}`))
    assert.ok(guestDriver !== undefined)
    const guest = await clientOf(guestDriver)
    const running = assert.rejects(guest.query(sleepForever), rejectsWith('57014'))
    while ((await Promise.race([running.then(() => 'over'), cancel(guestDriver, guest)])) !== 'over') await whenSent()
    await driver.close()
  })

  it('ends an attached client that sits in a transaction', async () => {
    const { clock, fire } = heldClock(30_000)
    const folder = newFolder()
    const driver = await openAt(folder, { clock })
    const guestDriver = await attach(new URL(`pglite:${folder}`))
    assert.ok(guestDriver !== undefined)
    const guest = await clientOf(guestDriver)
    await guest.query('begin')
    const owner = new pg.Client(await driver.connection())
    const connecting = owner.connect()
    fire()
    await connecting
    assert.deepEqual((await owner.query('select 1 as one')).rows, [{ one: 1 }])
    await owner.end()
    await driver.close()
  })

  it('understands bytes however the socket splits them', async () => {
    const folder = newFolder()
    const driver = await openAt(folder)
    const socket = connect(join(folder, '.s.PGSQL.5432'))
    const parameters = Buffer.from('\0\u0003\0\0user\0postgres\0\0', 'latin1')
    const startup = Buffer.concat([Buffer.from([0, 0, 0, parameters.length + 4]), parameters])
    const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
    const text = Buffer.from(`select 'odd' || 'ities'\0`)
    const asked = Buffer.concat([Buffer.from('Q'), Buffer.from([0, 0, 0, text.length + 4]), text])
    let heard = ''
    socket.on('data', (bytes) => (heard += bytes.toString('latin1')))
    for (const byte of Buffer.concat([sslRequest, startup, asked])) {
      socket.write(Buffer.from([byte]))
      await whenSent()
    }
    while (!heard.includes('oddities')) await once(socket, 'data')
    assert.equal(heard[0], 'N')
    socket.destroy()
    await driver.close()
  })

  it('hangs up on a message that cannot be one, and goes on', async () => {
    const folder = newFolder()
    const driver = await openAt(folder)
    const socket = connect(join(folder, '.s.PGSQL.5432'))
    socket.write('GET / HTTP/1.1\r\n\r\n')
    let heard = ''
    socket.on('data', (bytes) => (heard += bytes.toString('latin1')))
    await once(socket, 'close')
    assert.match(heard, /C08P01/)
    const client = await clientOf(driver)
    await client.query('select 1')
    await client.end()
    await driver.close()
  })
})
