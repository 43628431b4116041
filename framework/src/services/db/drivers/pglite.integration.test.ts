import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { cancel, clientOf, heldClock, openAt, rejectsWith, scratchFolder, sleepForever, whenSent } from './fixtures/pglite.ts'

const { newFolder, remove } = scratchFolder()
after(remove)

describe('the pglite driver', { timeout: 120_000 }, () => {
  it('cancels a statement with 57014 and serves the next connection with the data that was committed', async () => {
    const driver = await openAt(newFolder())
    const client = await clientOf(driver)
    await client.query('create table kept (id int)')
    await client.query('insert into kept values (1)')
    await client.query('begin')
    await client.query('insert into kept values (2)')
    const running = client.query(sleepForever)
    await whenSent()
    await Promise.all([assert.rejects(running, rejectsWith('57014')), cancel(driver, client)])
    const next = await clientOf(driver)
    assert.deepEqual((await next.query('select id from kept')).rows, [{ id: 1 }])
    await next.end()
    await driver.close()
  })

  it('leaves a session alone that runs nothing when its cancel comes, or whose key is not known', async () => {
    const driver = await openAt('memory')
    const client = await clientOf(driver)
    await client.query('create table kept (id int)')
    await cancel(driver, client)
    const running = client.query('select count(*) from generate_series(1, 100000)')
    await whenSent()
    await driver.cancel(1, 1)
    await running
    assert.deepEqual((await client.query('select * from kept')).rows, [])
    await client.end()
    await driver.close()
  })

  it('kills a statement at its deadline', async () => {
    const driver = await openAt(newFolder(), { parameters: '?statementDeadline=300' })
    const client = await clientOf(driver)
    await assert.rejects(client.query(sleepForever), rejectsWith('57014'))
    const next = await clientOf(driver)
    assert.deepEqual((await next.query('select 1 as one')).rows, [{ one: 1 }])
    await next.end()
    await driver.close()
  })

  it('goes on after the engine gave up, failing only what was in flight', async () => {
    const driver = await openAt(newFolder())
    const client = await clientOf(driver)
    // The engine cannot serve COPY FROM STDIN: it ends the session with FATAL and would spin for ever.
    await assert.rejects(client.query('copy pg_am from stdin'))
    const next = await clientOf(driver)
    assert.deepEqual((await next.query('select 1 as one')).rows, [{ one: 1 }])
    await next.end()
    await driver.close()
  })

  it('delivers notifications after the commit, and none of a rollback', async () => {
    const driver = await openAt('memory')
    const client = await clientOf(driver)
    const heard: string[] = []
    client.on('notification', ({ payload }) => heard.push(payload ?? ''))
    await client.query('listen news')
    await client.query(`begin; notify news, 'undone'; rollback`)
    await client.query(`begin; notify news, 'kept'; commit`)
    await client.query('select 1')
    assert.deepEqual(heard, ['kept'])
    await client.end()
    await driver.close()
  })

  it('answers a large result whole', async () => {
    const driver = await openAt('memory')
    const client = await clientOf(driver)
    const { rows } = await client.query<{ i: number }>(`select i, repeat('x', 300) from generate_series(1, 20000) i`)
    assert.equal(rows.length, 20_000)
    assert.ok(rows.every((row, index) => row.i === index + 1))
    await client.end()
    await driver.close()
  })

  it('gives a new session nothing of the one before it', async () => {
    const driver = await openAt('memory')
    const first = await clientOf(driver)
    await first.query(`set application_name = 'first'`)
    await first.query({ name: 'same', text: 'select 1 as one' })
    await first.query('begin')
    await first.end()
    const second = await clientOf(driver)
    assert.deepEqual((await second.query({ name: 'same', text: 'select 2 as two' })).rows, [{ two: 2 }])
    assert.deepEqual((await second.query('show application_name')).rows, [{ application_name: '' }])
    assert.equal(second.getTransactionStatus(), 'I')
    await second.end()
    await driver.close()
  })

  it('vacuums and checkpoints after something was written, not in a transaction', async () => {
    const { clock, fire } = heldClock(300_000)
    const driver = await openAt('memory', { clock })
    const client = await clientOf(driver)
    await client.query('create table t (id int)')
    await client.query('insert into t select generate_series(1, 500)')
    await client.query('begin')
    fire()
    await client.query('select 1')
    await client.query('commit')
    const estimate = await client.query<{ reltuples: number }>(`select reltuples from pg_class where relname = 't'`)
    assert.equal(estimate.rows[0]?.reltuples, 500)
    await client.end()
    await driver.close()
  })
})
