import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { maskUrls } from './mask-urls.ts'

describe('maskUrls', () => {
  it('takes user, password and secret parameters out of every URL in a text', () => {
    assert.equal(
      maskUrls('no answer from postgres://alice:s3cr3t@db:5432/shop, retrying'),
      'no answer from postgres://***@db:5432/shop, retrying',
    )
    assert.equal(maskUrls('https://api.test/x?page=2&access_token=abc&sort=a'), 'https://api.test/x?page=2&access_token=***&sort=a')
  })

  it('hides passwords that were not percent-encoded', () => {
    for (const password of ['p/w', 'p@w', 'p:w', 'p?w', 'p#w']) {
      assert.equal(maskUrls(`postgres://alice:${password}@db/shop`), 'postgres://***@db/shop')
    }
  })

  it('leaves text without credentials as it is, stack frames of scoped packages too', () => {
    for (const text of [
      'plain',
      'http://127.0.0.1:3000/a?b=c',
      'at file:///app/node_modules/@scope/x/index.js:1:2',
      'mail bob@example.com',
    ]) {
      assert.equal(maskUrls(text), text)
    }
  })
})
