import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Match, Router } from './router.ts'

/** What every `Router` must do, whatever it is made of. */
export function routerSuite(open: () => Router<string>): void {
  const routerOf = (...addresses: string[]) => {
    const router = open()
    for (const address of addresses) {
      const [method = '', path = ''] = address.split(' ')
      router.add({ method, path, target: address, source: 'contract.ts:1' })
    }
    return router
  }
  const target = (match: Match<string>) => (match.kind === 'found' ? match.target : match.kind)

  describe('matching', () => {
    it('finds a static path', () => {
      assert.equal(target(routerOf('GET /health/live', 'GET /').match('GET', '/health/live')), 'GET /health/live')
      assert.equal(target(routerOf('GET /health/live', 'GET /').match('GET', '/')), 'GET /')
    })

    it('hands out path parameters, percent-decoded once · M03.4', () => {
      const match = routerOf('GET /users/{id}/posts/{postId}').match('GET', '/users/a%2520b/posts/%C3%A9')
      assert.deepEqual(match.kind === 'found' && { ...match.params }, { id: 'a%20b', postId: 'é' })
    })

    it('keeps an encoded slash inside of its segment · M03.4', () => {
      const match = routerOf('GET /users/{id}').match('GET', '/users/a%2Fb')
      assert.deepEqual(match.kind === 'found' && { ...match.params }, { id: 'a/b' })
    })

    for (const path of ['/users/%', '/users/%zz', '/users/%ff', '/users/%C3', '/users/%00']) {
      it(`refuses ${path} as malformed · M03.4`, () => {
        assert.throws(() => routerOf('GET /users/{id}').match('GET', path), { code: 'malformed-path', status: 400 })
      })
    }

    it('matches a path whose static part came encoded', () => {
      assert.equal(target(routerOf('GET /café/menu').match('GET', '/caf%C3%A9/menu')), 'GET /café/menu')
    })

    it('does not take an empty segment for a parameter', () => {
      assert.equal(target(routerOf('GET /users/{id}').match('GET', '/users/')), 'none')
    })

    it('nests parameters · M03.5', () => {
      const match = routerOf('GET /orgs/{org}/teams/{team}/members').match('GET', '/orgs/1/teams/2/members')
      assert.deepEqual(match.kind === 'found' && { ...match.params }, { org: '1', team: '2' })
    })

    it('gives a wildcard the rest of the path, slashes included · M03.6', () => {
      const match = routerOf('GET /files/*path').match('GET', '/files/a/b/c.txt')
      assert.deepEqual(match.kind === 'found' && { ...match.params }, { path: 'a/b/c.txt' })
    })

    for (const path of [
      '/files/../etc/passwd',
      '/files/a/%2e%2e/b',
      '/files/a/..%2f..%2fb',
      '/files/a%5c..%5cb',
      '/files/.',
      '/files/a/%2e',
    ]) {
      it(`never lets a wildcard out of its root by ${path} · M03.6`, () => {
        assert.equal(target(routerOf('GET /files/*path').match('GET', path)), 'none')
      })
    }

    it('falls to the next route when a constraint does not match, and to none in the end · M03.7', () => {
      const router = routerOf('GET /users/{id:\\d+}', 'GET /users/{name:[a-z]+}')
      assert.equal(target(router.match('GET', '/users/42')), 'GET /users/{id:\\d+}')
      assert.equal(target(router.match('GET', '/users/ada')), 'GET /users/{name:[a-z]+}')
      assert.equal(target(router.match('GET', '/users/ADA')), 'none')
    })
  })

  describe('priority', () => {
    const addresses = ['GET /a/*rest', 'GET /a/{x}', 'GET /a/{x:\\d+}', 'GET /a/b']
    for (const order of [addresses, addresses.toReversed()]) {
      it(`is static, constrained, param, wildcard; registered ${order === addresses ? 'backwards' : 'forwards'} · M03.8`, () => {
        const router = routerOf(...order)
        assert.equal(target(router.match('GET', '/a/b')), 'GET /a/b')
        assert.equal(target(router.match('GET', '/a/7')), 'GET /a/{x:\\d+}')
        assert.equal(target(router.match('GET', '/a/c')), 'GET /a/{x}')
        assert.equal(target(router.match('GET', '/a/c/d')), 'GET /a/*rest')
      })
    }

    it('goes back when a more specific branch ends in nothing', () => {
      const router = routerOf('GET /a/b/c', 'GET /a/{x}/d', 'GET /*rest')
      assert.equal(target(router.match('GET', '/a/b/d')), 'GET /a/{x}/d')
      assert.equal(target(router.match('GET', '/a/b/e')), 'GET /*rest')
    })
  })

  describe('methods', () => {
    it('tells the other methods of a path · M03.9', () => {
      const match = routerOf('GET /a', 'POST /a', 'PUT /{x}').match('DELETE', '/a')
      assert.deepEqual(match.kind === 'other-methods' && [...match.allowed].sort(), ['GET', 'POST', 'PUT'])
    })

    it('finds GET for HEAD · M03.9', () => {
      assert.equal(target(routerOf('GET /a').match('HEAD', '/a')), 'GET /a')
    })

    it('takes another branch for a method that the first one lacks', () => {
      assert.equal(target(routerOf('GET /a/b', 'POST /a/{x}').match('POST', '/a/b')), 'POST /a/{x}')
    })
  })

  describe('registration', () => {
    it('refuses two routes for the same requests and names both · M03.8', () => {
      const router = open()
      router.add({ method: 'GET', path: '/users/{id}', target: 'first', source: 'users.ts:10' })
      assert.throws(() => router.add({ method: 'GET', path: '/users/{name}', target: 'second', source: 'people.ts:20' }), {
        code: 'route-ambiguous',
        message: 'GET /users/{name} (people.ts:20) takes the same requests as GET /users/{id} (users.ts:10).',
      })
    })

    for (const path of [
      'users',
      '/users//x',
      '/users/{}',
      '/users/{id',
      '/users/x{id}',
      '/a/*rest/b',
      '/{id}/{id}',
      '/{id:(a+)+}',
      '/{id:[}',
    ]) {
      it(`refuses to register ${path}`, () => {
        assert.throws(() => open().add({ method: 'GET', path, target: 'x', source: 'contract.ts:3' }), {
          code: 'contract-invalid',
          message: /contract\.ts:3/,
        })
      })
    }
  })
}
