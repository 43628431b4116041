import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { openSite } from '../../../test/http/site.ts'
import { findFile, toBody } from './found-file.ts'
import { staticFiles } from './static-files.ts'

const script = 'export const answer = 42\n'.repeat(100)
const big = 24 * 1024 * 1024

describe('static files', () => {
  let folder: string
  let site: Awaited<ReturnType<typeof openSite>>
  const failed = Promise.withResolvers<unknown>()
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'static-'))
    const root = join(folder, 'public')
    await mkdir(join(root, 'deep', '.well-known'), { recursive: true })
    await writeFile(join(folder, 'secret.txt'), 'secret')
    await writeFile(join(root, 'app.0123abcd.js'), script)
    await writeFile(join(root, 'app.0123abcd.js.br'), brotliCompressSync(script))
    await writeFile(join(root, 'old.js'), script)
    await writeFile(join(root, 'old.js.gz'), 'of the release before')
    await utimes(join(root, 'old.js.gz'), 1, 1)
    await writeFile(join(root, 'größe 1.txt'), 'text')
    await writeFile(join(root, '.env'), 'SECRET=1')
    await writeFile(join(root, 'deep', '.well-known', 'x.json'), '{}')
    await writeFile(join(root, 'big.bin'), Buffer.alloc(big, 'x'))
    await symlink(join(folder, 'secret.txt'), join(root, 'link-out.txt'))
    await symlink(folder, join(root, 'folder-out'))
    await symlink(join(root, 'old.js'), join(root, 'link-in.js'))
    await symlink('/dev/zero', join(root, 'zero'))
    await symlink('loop', join(root, 'loop'))
    execFileSync('mkfifo', [join(root, 'pipe')])
    const error = (_message: string, fields?: { error?: unknown }) => failed.resolve(fields?.error)
    const log = { debug() {}, info() {}, warn() {}, error, child: () => log }
    site = await openSite({ routes: staticFiles({ root, prefix: '/static', immutable: /\.[0-9a-f]{8}\.\w+$/ }), log: log as never })
  })
  after(async () => {
    await site.close()
    await rm(folder, { recursive: true })
  })
  const call = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${site.url}/static/${path}`, { method, headers: { 'accept-encoding': 'identity', ...headers } })

  it('come with their type, tag, date and length', async () => {
    const answer = await call('old.js')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'text/javascript; charset=utf-8')
    assert.equal(answer.headers.get('content-length'), String(script.length))
    assert.equal(answer.headers.get('cache-control'), 'public, no-cache')
    assert.ok(answer.headers.get('last-modified'))
    assert.equal(await answer.text(), script)
    const etag = answer.headers.get('etag')!
    assert.equal((await call('old.js', { 'if-none-match': etag })).status, 304)
    assert.equal(await (await call('gr%C3%B6%C3%9Fe%201.txt')).text(), 'text')
    assert.equal((await call('deep/.well-known/x.json')).status, 200)
    assert.equal((await call('link-in.js')).status, 200)
  })

  it('are kept for ever when their name says what is in them', async () => {
    assert.equal((await call('app.0123abcd.js')).headers.get('cache-control'), 'public, max-age=31536000, immutable')
  })

  it('come compressed beforehand to those who accept it, each form with its own tag · M02.36', async () => {
    const [plain, small] = [await call('app.0123abcd.js'), await call('app.0123abcd.js', { 'accept-encoding': 'gzip;q=0.5, br' })]
    for (const answer of [plain, small]) assert.match(answer.headers.get('vary') ?? '', /accept-encoding/)
    assert.equal(plain.headers.get('content-encoding'), null)
    assert.equal(small.headers.get('content-encoding'), 'br')
    assert.equal(small.headers.get('content-length'), String(brotliCompressSync(script).length))
    assert.equal(await small.text(), script)
    assert.notEqual(small.headers.get('etag'), plain.headers.get('etag'))
    const stale = await call('old.js', { 'accept-encoding': 'gzip' })
    assert.equal(await stale.text(), script)
  })

  it('answer parts, also to who goes on where it stopped · M02.26', async () => {
    const first = await call('big.bin', { range: 'bytes=0-9' })
    assert.equal(first.status, 206)
    assert.equal((await first.arrayBuffer()).byteLength, 10)
    const rest = await call('big.bin', { range: `bytes=${big - 5}-`, 'if-range': first.headers.get('etag')! })
    assert.equal(rest.headers.get('content-range'), `bytes ${big - 5}-${big - 1}/${big}`)
    assert.equal((await rest.arrayBuffer()).byteLength, 5)
    assert.equal((await call('big.bin', { range: `bytes=${big}-` })).status, 416)
    assert.equal((await call('big.bin', {}, 'HEAD')).headers.get('content-length'), String(big))
  })

  const nowhere = [
    '',
    '.',
    'deep',
    'deep/',
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    '%2e%2e%2fsecret.txt',
    'deep/../../secret.txt',
    '..%5csecret.txt',
    'deep%2f..%2f..%2fsecret.txt',
    '%252e%252e%252fsecret.txt',
    'old.js%00',
    'old.js%00.txt',
    '%c0%ae%c0%ae/secret.txt',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    '.env',
    '%2eenv',
    'link-out.txt',
    'folder-out/secret.txt',
    'zero',
    'pipe',
    'loop',
    'old.js/',
    'old.js/x',
    'none.js',
    `${'a'.repeat(300)}.js`,
    'deep//.well-known/x.json',
  ]
  for (const path of nowhere)
    it(`never leave their root, and are nothing but files: ${path.slice(0, 40) || '(the root)'}`, async () => {
      // By hand: fetch resolves dots before it sends them.
      const answer = await site.raw(`GET /static/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      assert.match(answer, /^HTTP\/1.1 40[04] /)
      assert.doesNotMatch(answer, /SECRET|\r\nsecret$/)
    })

  it('are read no further ahead than they are taken', async () => {
    const file = await findFile(await realpath(join(folder, 'public')), 'big.bin')
    const body = toBody(file!)
    await once(body, 'readable')
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
    assert.ok(body.readableLength <= 128 * 1024, `${body.readableLength} bytes wait`)
    body.destroy()
    const answer = await call('big.bin')
    const hash = createHash('sha256')
    for await (const part of answer.body!) hash.update(part)
    assert.equal(hash.digest('hex'), createHash('sha256').update(Buffer.alloc(big, 'x')).digest('hex'))
  })

  it('break off when they shrink on the way, so that nobody takes the next answer for their end', async () => {
    await writeFile(join(folder, 'public', 'shrinks.bin'), Buffer.alloc(big))
    const broken = new Promise<number>((resolve, reject) => {
      get(`${site.url}/static/shrinks.bin`, (answer) => {
        let length = 0
        answer.once('data', () => {
          answer.pause()
          void truncate(join(folder, 'public', 'shrinks.bin'), 1000).then(() => answer.resume())
        })
        answer.on('data', (part: Buffer) => (length += part.length))
        answer.on('error', () => resolve(length))
        answer.on('end', () => reject(new Error('complete')))
      }).on('error', reject)
    })
    assert.ok((await broken) < big)
    assert.match(String(await failed.promise), /changed while it was being sent/)
  })
})
