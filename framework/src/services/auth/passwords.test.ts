import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { describe, it } from 'node:test'
import { parsePhc, toPhc } from './phc.ts'
import { passwords } from './passwords.ts'

/** The least that argon2 allows: these tests are about what surrounds it. */
const cheap = { memory: 8, passes: 1, parallelism: 1 }

describe('argon2id', () => {
  it('gives the tag of RFC 9106, 5.3 · M05.23', () => {
    const tag = argon2Sync('argon2id', {
      message: Buffer.alloc(32, 1),
      nonce: Buffer.alloc(16, 2),
      secret: Buffer.alloc(8, 3),
      associatedData: Buffer.alloc(12, 4),
      memory: 32,
      passes: 3,
      parallelism: 4,
      tagLength: 32,
    })
    assert.equal(tag.toString('hex'), '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659')
  })
})

describe('passwords', () => {
  it('hashes to a PHC string of 19 MiB, two passes and one lane, with another salt each time · M05.23 M05.24', async () => {
    const secure = passwords()
    const [one, two] = await Promise.all([secure.hash('correct horse'), secure.hash('correct horse')])
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    assert.notEqual(one, two)
    assert.deepEqual(await Promise.all([secure.verify('correct horse', one), secure.verify('Correct horse', one)]), [true, false])
  })

  it('checks a hash that was made with other costs, and asks to renew it · M05.24', async () => {
    const old = await passwords({ cost: cheap }).hash('pass phrase')
    const today = passwords({ cost: { ...cheap, passes: 2 } })
    assert.equal(await today.verify('pass phrase', old), true)
    assert.equal(today.needsRehash(old), true)
    assert.equal(today.needsRehash(await today.hash('pass phrase')), false)
  })

  it('takes a password for the same however its accents were typed · M05.25', async () => {
    const secure = passwords({ cost: cheap })
    assert.equal(await secure.verify('Zoe\u0308', await secure.hash('Zo\u00eb')), true)
  })

  it('computes one hash at today’s costs for an unknown user too, and refuses · M05.25', async () => {
    // One place and no queue: while the unknown user is computed, nobody else gets in.
    const secure = passwords({ cost: cheap, concurrency: 1, queue: 0 })
    const unknown = secure.verify('anything', undefined)
    await assert.rejects(secure.verify('anything', undefined), { code: 'overloaded' })
    assert.equal(await unknown, false)
  })

  it('answers 503 with Retry-After when the queue is full, and works on afterwards · M05.25', async () => {
    const secure = passwords({ cost: cheap, concurrency: 2, queue: 3 })
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => secure.hash('x')))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => outcome.reason)
    assert.equal(refused.length, 3)
    for (const error of refused) assert.deepEqual([error.code, error.status, error.headers], ['overloaded', 503, { 'retry-after': '1' }])
    assert.equal(await secure.verify('x', await secure.hash('x')), true)
  })

  it('never computes more at once than it may, and keeps no place after a failure', async () => {
    const secure = passwords({ cost: cheap, concurrency: 1, queue: 1 })
    await assert.rejects(secure.verify('x', 'not a hash'))
    const outcomes = await Promise.allSettled([secure.hash('a'), secure.hash('b'), secure.hash('c')])
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'fulfilled', 'rejected'],
    )
  })
})

describe('parsePhc', () => {
  const salt = 'c29tZXNhbHRzb21lc2FsdA'
  const tag = 'A'.repeat(43)
  const whole = `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}`

  it('reads what it writes', () => {
    assert.equal(toPhc(parsePhc(whole)), whole)
  })

  const malformed = {
    nothing: '',
    'plain text': 'hunter2hunter2',
    bcrypt: '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
    argon2i: whole.replace('argon2id', 'argon2i'),
    'another version': whole.replace('v=19', 'v=16'),
    'no version': whole.replace('$v=19', ''),
    'a leading zero': whole.replace('m=19456', 'm=019456'),
    'a sign': whole.replace('t=2', 't=+2'),
    'another order': whole.replace('m=19456,t=2', 't=2,m=19456'),
    padding: `${whole}=`,
    'url-safe base64': whole.replace(salt, '-_'.repeat(11)),
    'stray trailing bits': whole.replace(salt, `${salt.slice(0, -1)}B`),
    'a short hash': whole.replace(tag, 'A'.repeat(10)),
    'a short salt': whole.replace(salt, 'c2FsdA'),
    'a line break': `${whole}\n`,
    'no memory': whole.replace('m=19456', 'm=0'),
    'less than 8 KiB a lane': whole.replace('m=19456,t=2,p=1', 'm=8,t=2,p=2'),
    '4 GiB': whole.replace('m=19456', 'm=4194304'),
    '99 passes': whole.replace('t=2', 't=99'),
    '9 lanes': whole.replace('p=1', 'p=9'),
  }
  for (const [what, phc] of Object.entries(malformed))
    it(`refuses ${what}, without repeating the value`, async () => {
      assert.throws(
        () => parsePhc(phc),
        (error: Error) => /stored password hash/.test(error.message) && !error.message.includes(salt) && !error.message.includes('hunter2'),
      )
      await assert.rejects(passwords({ cost: cheap }).verify('x', phc), /stored password hash/)
    })
})
