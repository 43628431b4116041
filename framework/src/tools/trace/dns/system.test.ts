import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseHosts, parseResolvConf } from './system.ts'

describe("the machine's own files", () => {
  it('hosts: several names a line, comments, both families · M01.2', () => {
    const hosts = parseHosts('127.0.0.1 localhost DB # comment\n::1\tlocalhost\n#10.0.0.1 off\nnonsense here\n\r\n10.0.0.9 api\r\n')
    assert.deepEqual(Object.fromEntries(hosts), { localhost: ['127.0.0.1', '::1'], db: ['127.0.0.1'], api: ['10.0.0.9'] })
  })

  it('resolv.conf: the last search list, and how many dots make a name complete · M01.2', () => {
    assert.deepEqual(
      parseResolvConf('nameserver 10.0.0.2\ndomain old.test\nsearch Prod.test. svc.test ; comment\noptions edns0 ndots:5\n'),
      {
        search: ['prod.test', 'svc.test'],
        dots: 5,
      },
    )
    assert.deepEqual(parseResolvConf(''), { search: [], dots: 1 })
  })
})
