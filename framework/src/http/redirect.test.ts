import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { redirect } from './redirect.ts'

const locationOf = (target: string, sites?: string[]) => redirect(target, sites && { sites }).headers!['location']

describe('a redirect · M02.27', () => {
  it('leads to places of this site, as a browser will read them', () => {
    assert.equal(locationOf('/orders?status=paid#top'), '/orders?status=paid#top')
    assert.equal(locationOf('/a/../b'), '/b')
    assert.equal(locationOf('orders'), '/orders')
    assert.equal(locationOf('/größe'), '/gr%C3%B6%C3%9Fe')
    assert.equal(redirect('/x').status, 303)
    assert.equal(redirect('/x', { status: 308 }).status, 308)
  })

  it('leads to no other, however it is written', () => {
    const others = [
      'https://evil.example',
      '//evil.example',
      '///evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      ' //evil.example',
      'https:evil.example',

      '/.//evil.example',
      '/a/..//evil.example',
      'javascript:alert(1)',
      'data:text/html,x',
      'blob:http://here.invalid/x',
      'http://user@here.invalid/',
      'https://here.invalid/',
      'http://[',
      'mailto:a@x.com',
    ]
    for (const target of others) assert.throws(() => locationOf(target), { code: 'bad-request', status: 400 }, JSON.stringify(target))
  })

  it('leads to sites that are listed, and to none that only look like them', () => {
    const sites = ['https://accounts.example']
    assert.equal(locationOf('https://accounts.example/login?x=1', sites), 'https://accounts.example/login?x=1')
    for (const target of [
      'https://accounts.example.evil',
      'https://evil-accounts.example',
      'http://accounts.example',
      'https://accounts.example@evil.example',
      'https://accounts.example:8443/',
      'data:,x',
    ])
      assert.throws(() => locationOf(target, sites), { code: 'bad-request' }, target)
  })
})
