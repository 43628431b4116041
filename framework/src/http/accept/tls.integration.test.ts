import assert from 'node:assert/strict'
import { chmodSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { after, before, describe, it } from 'node:test'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import * as z from 'zod'
import { certificateFolder, certificates } from '../../../test/http/certificates.ts'
import { openSite } from '../../../test/http/site.ts'
import { endpoint } from '../../contract/endpoint.ts'
import { Unauthenticated } from '../../contract/problems.ts'
import { systemClock, type Clock } from '../../std/clock.ts'
import type { BootError } from '../../std/errors.ts'
import { silentLog, type Log } from '../../std/log.ts'
import { testClock } from '../../tools/testing/test-clock.ts'
import { metrics } from '../../system/metrics/index.ts'
import { implement } from '../implement.ts'
import { issueCertificate } from '../../tools/dev-tls/certificate.ts'
import type { TlsOptions } from './server.ts'
import { openTls } from './tls.ts'

const contract = {
  root: endpoint('GET /', { summary: 'Root', auth: 'none', returns: z.object({ ok: z.boolean() }) }),
  me: endpoint('GET /me', { summary: 'Me', auth: 'user', returns: z.object({ id: z.string() }) }),
}
const folder = certificateFolder()
after(() => folder.remove())

const open = (tls: Partial<TlsOptions> & Pick<TlsOptions, 'certificates'>, clock: Clock = systemClock) =>
  openSite({
    clock,
    routes: implement(contract, { root: () => ({ ok: true }), me: ({ actor }) => ({ id: actor.id }) }),
    authenticate: ({ clientCertificate }) => {
      const uri = clientCertificate?.names.find((name) => name.startsWith('URI:'))
      if (uri === undefined) throw Unauthenticated()
      return { id: uri.slice(4), roles: [] }
    },
    tls: { h2: true, clients: 'none', allowedHosts: [], ...tls },
  })

/** The handshake's outcome: the socket, or why there is none. A refusal of TLS 1.3 comes after the handshake, so something must be read. */
function shake(url: string, options: ConnectionOptions = {}): Promise<TLSSocket | string> {
  return new Promise((resolve) => {
    const { port, hostname } = new URL(url)
    const socket = connect({
      port: Number(port),
      host: hostname,
      ca: folder.authority.certificate,
      servername: 'localhost',
      ALPNProtocols: ['http/1.1'],
      ...options,
    })
    socket.once('secureConnect', () => socket.write('OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'))
    socket.once('data', () => resolve(socket))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.once('close', () => resolve('closed'))
  })
}

async function protocolOf(socket: TLSSocket | string) {
  if (typeof socket === 'string') return socket
  const protocol = socket.getProtocol()
  socket.destroy()
  return protocol
}

async function nameOf(socket: TLSSocket | string): Promise<string | undefined> {
  if (typeof socket === 'string') return socket
  const { CN } = socket.getPeerCertificate().subject
  socket.destroy()
  return String(CN)
}

describe('TLS', () => {
  const pair = folder.write('localhost', folder.issue(['localhost', '127.0.0.1']))
  let site: Awaited<ReturnType<typeof open>>
  before(async () => {
    site = await open({ certificates: certificates({ pairs: [pair] }), redirectPort: 0 })
  })
  after(() => site.close())

  it('prefers TLS 1.3, speaks 1.2, and nothing older · M02.43', async () => {
    assert.equal(await protocolOf(await shake(site.url)), 'TLSv1.3')
    assert.equal(await protocolOf(await shake(site.url, { maxVersion: 'TLSv1.2' })), 'TLSv1.2')
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
    assert.match(String(await protocolOf(await shake(site.url, old))), /^ERR_SSL/)
  })

  it('refuses suites without forward secrecy or authenticated encryption · M02.43', async () => {
    for (const ciphers of ['AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA']) {
      assert.match(
        String(await protocolOf(await shake(site.url, { maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` }))),
        /^ERR_SSL|ECONNRESET/,
        ciphers,
      )
    }
  })

  it('sends plain HTTP to https with the method kept, and does nothing else there · M02.44', async () => {
    const url = site.listener.redirectUrl!
    const port = new URL(site.url).port
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await fetch(`${url}/a%20b?c=d`, { method, redirect: 'manual', ...(method === 'POST' && { body: 'x' }) })
      assert.equal(answer.status, 308)
      assert.equal(answer.headers.get('location'), `https://127.0.0.1:${port}/a%20b?c=d`)
      assert.equal(answer.headers.get('strict-transport-security'), null)
      assert.equal(await answer.text(), '')
    }
    assert.equal(
      (await fetch(`${url}/a`, { method: 'POST', headers: { 'x-http-method-override': 'GET' }, redirect: 'manual' })).status,
      308,
    )
  })

  it('resumes sessions, but not with the ticket keys of yesterday · M02.45', async () => {
    const clock = testClock()
    const own = await open({ certificates: certificates({ pairs: [pair] }) }, clock)
    const resumed = async (session: Buffer) => {
      const socket = (await shake(own.url, { session })) as TLSSocket
      const isReused = socket.isSessionReused()
      socket.destroy()
      return isReused
    }
    const first = (await shake(own.url)) as TLSSocket
    const session = first.getSession()!
    first.destroy()
    assert.equal(await resumed(session), true)
    clock.advance(12 * 3_600_000)
    assert.equal(await resumed(session), false)
    await own.close()
  })

  it('answers plain HTTP on its own port with nothing', async () => {
    assert.equal(await site.raw('GET / HTTP/1.1\r\nHost: x\r\n\r\n').catch(() => ''), '')
  })
})

describe('certificates', () => {
  it('are chosen by the name that the client asks for, wildcards included; the first serves everybody else · M02.45', async () => {
    const first = folder.write('first', folder.issue(['first.test']))
    const wild = folder.write('wild', folder.issue(['*.shop.test', 'shop.test']))
    const site = await open({ certificates: certificates({ pairs: [first, wild] }) })
    const named = async (servername: string) => nameOf(await shake(site.url, { servername, checkServerIdentity: () => undefined }))
    assert.equal(await named('a.shop.test'), '*.shop.test')
    assert.equal(await named('first.test'), 'first.test')
    assert.equal(await named('other.test'), 'first.test')
    assert.equal(await named(''), 'first.test')
    await site.close()
  })

  it('come with their chain · M02.45', async () => {
    const middle = issueCertificate({ subject: 'Middle CA', issuer: folder.authority, from: new Date(Date.now() - 1000), days: 30 })
    const leaf = folder.issue(['localhost'], { issuer: middle })
    const pair = folder.write('chained', { ...leaf, certificate: leaf.certificate + middle.certificate })
    const site = await open({ certificates: certificates({ pairs: [pair] }) })
    assert.equal(await nameOf(await shake(site.url)), 'localhost')
    await site.close()
  })

  it('are replaced without a connection noticing, when the files change · M02.46', async () => {
    const pair = folder.write('changing', folder.issue(['old.test', 'localhost']))
    const clock = testClock()
    const read: string[] = []
    let told = () => {}
    const log = {
      ...silentLog,
      info(message: string) {
        read.push(message)
        told()
      },
      error: () => told(),
      child: () => log,
    } as unknown as Log
    const watched = certificates({ pairs: [pair], clock, log })
    const site = await open({ certificates: watched })
    const before = (await shake(site.url)) as TLSSocket
    const reread = () => new Promise<void>((resolve) => (told = resolve))

    folder.write('changing', folder.issue(['new.test', 'localhost']))
    const changed = reread()
    clock.advance(10_000)
    await changed
    assert.deepEqual(read, ['certificates read'])
    assert.equal(await nameOf(await shake(site.url)), 'new.test')
    assert.equal(before.getPeerCertificate().subject.CN, 'old.test')
    const answered = new Promise<string>((resolve) => before.setEncoding('latin1').once('data', resolve))
    before.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    assert.match(await answered, /^HTTP\/1\.1 200 /)
    before.destroy()
    await site.close()
  })

  it('stay when what replaces them does not fit together · M02.46', async () => {
    const pair = folder.write('kept', folder.issue(['kept.test', 'localhost']))
    const kept = certificates({ pairs: [pair] })
    const site = await open({ certificates: kept })
    const other = folder.write('odd', folder.issue(['odd.test']))
    folder.write('kept', { ...folder.issue(['broken.test']), key: folder.issue(['x']).key })
    await assert.rejects(kept.reload(), /are not a certificate and its key/)
    assert.equal(await nameOf(await shake(site.url)), 'kept.test')
    rmSync(other.key)
    await site.close()
  })

  it('warn thirty days before they expire, and say when that is · M02.46', async () => {
    const pair = folder.write('short', folder.issue(['short.test'], { days: 20 }))
    const warned: unknown[] = []
    const log = {
      ...silentLog,
      warn: (message: string, fields: object) => void warned.push([message, fields]),
      child: () => log,
    } as unknown as Log
    const meter = metrics()
    const none = {
      tlsSelfSigned: false,
      tlsClientCa: undefined,
      tlsClientCrl: undefined,
      tlsClientAuth: 'required',
      httpRedirectPort: undefined,
      h2: true,
    } as const
    const { certificates: opened } = openTls(
      { ...none, mode: 'test', tlsCert: [pair.certificate], tlsKey: [pair.key], allowedHosts: [] },
      { clock: systemClock, log, meter },
    )!
    await opened.open()
    opened.close()
    assert.equal((warned[0] as [string])[0], 'a certificate expires soon')
    const [, seconds] = /^cert_expiry_seconds (\d+)$/m.exec(meter.text()) ?? []
    assert.ok(Math.abs(Number(seconds) - 20 * 86_400) < 120)
  })

  it('are not served with a key that others may read · M02.46', { skip: process.platform === 'win32' }, async () => {
    const pair = folder.write('open', folder.issue(['open.test']))
    chmodSync(pair.key, 0o644)
    await assert.rejects(
      certificates({ pairs: [pair] }).open(),
      (error: BootError) => error.code === 'config-invalid' && error.fix === `chmod 600 ${pair.key}`,
    )
  })

  it('that nobody knows are not served in production, unless it is forced · M02.48', async () => {
    const selfSigned = folder.write('self', issueCertificate({ subject: 'self.test', from: new Date(), days: 1 }))
    await assert.rejects(certificates({ pairs: [selfSigned], refuseSelfSigned: true }).open(), /is signed by itself/)
    const local = folder.write('local', folder.issue(['local.test']))
    await assert.rejects(certificates({ pairs: [local], refuseSelfSigned: true }).open(), /is signed by a development authority/)
    const forced = certificates({ pairs: [selfSigned] })
    await forced.open()
    forced.close()
  })
})

describe('client certificates', () => {
  const pair = folder.write('server', folder.issue(['localhost', '127.0.0.1']))
  const { certificate: cert, key } = folder.issue(['spiffe://shop/billing', 'billing.internal'])
  const stranger = issueCertificate({ subject: 'Other CA', from: new Date(Date.now() - 1000), days: 1 })
  const unknown = folder.issue(['spiffe://shop/billing'], { issuer: stranger })
  const wrong = { cert: unknown.certificate, key: unknown.key }

  const me = (url: string, options: ConnectionOptions) =>
    new Promise<string>((resolve) => {
      const asked = request(`${url}/me`, { ca: folder.authority.certificate, servername: 'localhost', ...options }, (answer) => {
        let text = `${answer.statusCode} `
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        answer.on('end', () => resolve(text))
      })
      asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      asked.end()
    })

  it('name the caller, where they are required; without one there is no connection · M02.47', async () => {
    const site = await open({ certificates: certificates({ pairs: [pair], clientCa: folder.clientCa }), clients: 'required' })
    assert.equal(await me(site.url, { cert, key }), '200 {"id":"spiffe://shop/billing"}')
    assert.match(String(await protocolOf(await shake(site.url))), /^ERR_SSL|ECONNRESET|closed/)
    assert.match(String(await protocolOf(await shake(site.url, wrong))), /^ERR_SSL|ECONNRESET|closed/)
    await site.close()
  })

  it('are refused when they were revoked · M02.47', async () => {
    const revoked = folder.issue(['spiffe://shop/lost'])
    const clientCrl = folder.revoke(revoked)
    const site = await open({ certificates: certificates({ pairs: [pair], clientCa: folder.clientCa, clientCrl }), clients: 'required' })
    assert.equal(await me(site.url, { cert, key }), '200 {"id":"spiffe://shop/billing"}')
    const { certificate, key: lost } = revoked
    assert.match(String(await protocolOf(await shake(site.url, { cert: certificate, key: lost }))), /^ERR_SSL|ECONNRESET|closed/)
    await site.close()
  })

  it('are asked for where they are optional, and must be right when they come · M02.47', async () => {
    const site = await open({ certificates: certificates({ pairs: [pair], clientCa: folder.clientCa }), clients: 'optional' })
    assert.equal(await me(site.url, { cert, key }), '200 {"id":"spiffe://shop/billing"}')
    assert.match(await me(site.url, {}), /^401 /)
    assert.match(String(await protocolOf(await shake(site.url, wrong))), /^ERR_SSL|ECONNRESET|closed/)
    await site.close()
  })
})
