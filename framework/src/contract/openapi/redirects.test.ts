import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endpoint } from '../endpoint.ts'
import { toOpenApi } from '../openapi.ts'

const contract = {
  follow: endpoint('GET /links/{code}', { summary: 'Follow', auth: 'none', redirects: [302, 308] }),
  signIn: endpoint('POST /sign-in', { summary: 'Sign in', auth: 'none', redirects: [303], status: 204, setsCookies: ['sid', 'seen'] }),
  read: endpoint('GET /read', { summary: 'Read', auth: 'none' }),
}

interface Answer {
  readonly description: string
  readonly headers?: Record<string, { description: string; required?: boolean }>
}

const routes = Object.entries(contract).map(([name, of]) => ({ name, endpoint: of, prefix: '' }))
const { paths } = toOpenApi({ title: 'T', version: '1', routes }) as {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>
}

describe('redirects in OpenAPI', () => {
  it('are listed with their Location, and stand alone where there is no other answer · M02.27 M02.31', () => {
    const { '302': found, '308': moved, '204': done } = paths['/links/{code}']!['get']!.responses
    assert.equal(found?.headers?.['Location']?.required, true)
    assert.equal(moved?.description, 'Repeat the request there, from now on.')
    assert.equal(done, undefined)
    const signIn = paths['/sign-in']!['post']!.responses
    assert.deepEqual(
      Object.keys(signIn).filter((status) => Number(status) < 400),
      ['204', '303'],
    )
    assert.ok(paths['/read']!['get']!.responses['204'])
  })

  it('stand beside the cookies that an answer sets', () => {
    assert.equal(paths['/sign-in']!['post']!.responses['204']?.headers?.['Set-Cookie']?.description, 'Sets sid, seen.')
  })
})
