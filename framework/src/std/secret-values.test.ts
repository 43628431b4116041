import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hidePersons, hideSecrets, mayHoldSecret } from './secret-values.ts'

const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl'

describe('a value that looks like a secret', () => {
  const secrets: Record<string, readonly string[]> = {
    card: ['4111111111111111', '4111 1111 1111 1111', '5500-0000-0000-0004', '378282246310005', '3782 822463 10005', '6011000990139424'],
    account: ['DE89370400440532013000', 'DE89 3704 0044 0532 0130 00', 'GB82 WEST 1234 5698 7654 32', 'NO9386011117947'],
    token: [jwt, `${jwt}.x.y`, 'Bearer abcdefghijklmnop1234', 'bearer abcdefghijklmnop1234=', 'Basic YWxpY2U6aHVudGVyMg=='],
    key: [
      'AKIAIOSFODNN7EXAMPLE',
      `ghp_${'a1'.repeat(18)}`,
      `github_pat_${'a1_'.repeat(12)}`,
      'glpat-abcdefghij0123456789',
      `npm_${'a1'.repeat(18)}`,
      'sk_live_abcdefghij0123456789',
      'whsec_abcdefghij0123456789',
      'xoxb-1234567890-abcdefghij',
      `AIza${'a1-_b'.repeat(7)}`,
    ],
    'private key': [
      '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA',
    ],
  }
  for (const [kind, examples] of Object.entries(secrets))
    it(`is hidden when it is a ${kind}, alone or within a sentence · M17.4`, () => {
      for (const secret of examples) {
        const own = secret.replace(/^(?:Bearer|Basic) /i, '')
        for (const text of [secret, `it was "${secret}"`, `given: ${secret}, refused`]) {
          const shown = hideSecrets(text)
          assert.ok(!shown.includes(own) && shown.includes('[redacted]'), `${text} became ${shown}`)
        }
      }
    })

  it('is hidden in connection strings, forms and JSON that stand in a text · M17.4', () => {
    const texts = [
      'host=db user=bob password=CANARY dbname=shop',
      'Server=db;Pwd=CANARY;Database=shop',
      'grant_type=x&client_secret=CANARY&b=1',
      '{"user":"bob","password":"CANARY","a":1}',
      String.raw`"{\"refresh_token\": \"CANARY\"}"`,
      'postgres://bob:CANARY@db/shop',
      'https://x.example/?api_key=CANARY',
    ]
    for (const text of texts) assert.ok(!hideSecrets(text).includes('CANARY'), hideSecrets(text))
    assert.equal(hideSecrets(texts[0]!), 'host=db user=bob password=[redacted] dbname=shop')
  })

  it('is hidden where it is percent-encoded, well-formed or not · M17.4', () => {
    assert.equal(hideSecrets('q=4111%201111%201111%201111&bad=%zz%ff'), 'q=[redacted]&bad=%zz%ff')
    assert.equal(hideSecrets('q=4111+1111+1111+1111'), 'q=[redacted]')
    assert.ok(!hideSecrets('next=https%3A%2F%2Fbob%3ACANARY%40x%2F').includes('CANARY'))
    assert.equal(hideSecrets('q=caf%C3%A9%20au%20lait&token:'), 'q=caf%C3%A9%20au%20lait&token:')
    assert.equal(hidePersons('email=alice%40x.com'), 'email=a…@x.com')
  })

  it('is not seen in what programs write all day · M17.4', () => {
    const ordinary = [
      '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b',
      // A UUID of digits only, with a card number in it.
      '41111111-1111-4111-8111-111111111111',
      '0199a1b27c3d7e4f8a5b6c7d8e9f0a1b',
      '2026-01-01T00:00:00.000Z',
      '1767225600000',
      '1767225600000000000',
      'EUR 1,234,567.89',
      'price 4111111.11 of 16',
      'GET /api/v1/orders/{orderId}',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0 Safari/537.36',
      'the bearer authentication scheme is missing',
      'basic understanding of tokens and passwords',
      'password: must have 12 characters or more',
      'a token is required',
      'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      'IBAN DE00 3704 0044 0532 0130 00 has wrong check digits',
      '4111 1111 1111 1112',
      'file:///app/node_modules/@scope/name/index.js:12:34',
    ]
    for (const text of ordinary) assert.equal(hideSecrets(text), text)
  })

  it('is looked for in time that grows with the text and no faster · M17.4', () => {
    const hostile = [
      `Bearer ${'a'.repeat(8_000)}`,
      `eyJ${'a.'.repeat(4_000)}`,
      '1 '.repeat(4_000),
      '4111'.repeat(2_000),
      `DE89${' A'.repeat(4_000)}`,
      'password'.repeat(1_000),
      `"token":"${'\\'.repeat(8_000)}`,
      '-----BEGIN PRIVATE KEY-----'.repeat(300),
      'a@'.repeat(4_000),
      `+${'1 '.repeat(4_000)}`,
      'A'.repeat(8_000),
    ]
    for (const text of hostile) {
      const began = performance.now()
      hidePersons(hideSecrets(text))
      const ms = performance.now() - began
      assert.ok(ms < 250, `${text.slice(0, 20)}…: ${ms} ms`)
    }
  })

  it('costs one look where there is none', () => {
    assert.equal(mayHoldSecret('order placed'), false)
    assert.equal(mayHoldSecret('0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b'), false)
  })
})

describe('who can be recognised', () => {
  it('is hidden where the policy says so: addresses but for their first letter and host, and numbers · M17.4', () => {
    assert.equal(hidePersons('from alice.b+news@mail.example.com to bob@x.com'), 'from a…@mail.example.com to b…@x.com')
    assert.equal(hidePersons('call +49 (30) 901820 now'), 'call [redacted] now')
    assert.equal(hidePersons('1 + 1 @ home, +5 %, UTC+0200'), '1 + 1 @ home, +5 %, UTC+0200')
  })
})
