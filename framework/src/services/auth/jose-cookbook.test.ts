import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { systemClock } from '../../std/clock.ts'
import { Secret } from '../../std/secret.ts'
import { accessTokens } from './access-tokens.ts'
import { signingKeys } from './signing-keys.ts'

/** RFC 7520's examples, when the test suites stand beside the checkout. */
const suite = new URL('../../../../../shared/suites/jose-cookbook/', import.meta.url)
const missing = existsSync(suite) ? false : 'the jose-cookbook suite is not beside this checkout'
const read = (folder: string): [string, Record<string, unknown>][] =>
  missing
    ? []
    : readdirSync(new URL(folder, suite)).map((file) => [
        file,
        JSON.parse(readFileSync(new URL(folder + file, suite), 'utf8')) as Record<string, unknown>,
      ])

describe('the JOSE cookbook (RFC 7520)', { skip: missing }, () => {
  it('has no key that signs our tokens: P-521, RSA and symmetric keys are refused · M05.11 M05.19', () => {
    for (const [file, jwk] of read('jwk/'))
      assert.throws(() => signingKeys({ secret: new Secret(JSON.stringify(jwk)), mode: 'production' }), { code: 'config-invalid' }, file)
  })

  it('has no signature that passes for an access token · M05.10 M05.11', async () => {
    const keys = signingKeys({ mode: 'test' })
    await keys.open()
    const tokens = accessTokens({ issuer: 'https://shop.example', audience: 'shop', keys, clock: systemClock })
    const compact = read('jws/').flatMap(([, example]) => (example['output'] as { compact?: string }).compact ?? [])
    assert.ok(compact.length >= 4)
    for (const token of compact) await assert.rejects(async () => tokens.verify(token), { code: 'unauthenticated' })
  })
})
