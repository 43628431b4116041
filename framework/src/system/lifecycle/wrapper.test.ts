import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { signalProblem } from './wrapper.ts'

type Row = readonly [pid: number, comm: string, cmdline: string, parent: number]

/** A process table as /proc shows it. */
function processes(...rows: readonly Row[]) {
  return (pid: number, name: 'comm' | 'cmdline' | 'stat') => {
    const row = rows.find(([id]) => id === pid)
    if (row === undefined) return undefined
    const [, comm, cmdline, parent] = row
    return { comm: `${comm}\n`, cmdline: cmdline.replaceAll(' ', '\0'), stat: `${pid} (${comm}) S ${parent} 1 1 0 -1 4194560` }[name]
  }
}
const npm: Row = [1, 'npm start', 'npm start', 0]

describe('a SIGTERM that will not arrive · M18.15', () => {
  it('is seen where a shell is process 1', () => {
    const found = signalProblem(1, processes([1, 'sh', '/bin/sh -c node server.js; true', 0]))
    assert.match(found!, /^Process 1 of this container is sh, and sh does not pass signals on: .*CMD \["node"/)
  })

  it('is seen where a package manager runs the script in a shell', () => {
    assert.match(signalProblem(7, processes([7, 'sh', 'sh -c node server.js', 1], npm))!, /is npm, and sh does not/)
    const yarn: Row = [1, 'node', 'node /opt/yarn/bin/yarn.js start', 0]
    assert.match(signalProblem(7, processes([7, 'dash', '/bin/sh -c node server.js', 1], yarn))!, /is yarn\.js, and dash does not/)
  })

  it('is not feared where npm is the parent itself, because the script says exec', () => {
    assert.equal(signalProblem(1, processes(npm)), undefined)
  })

  it('is not feared where an init is process 1, or this process is', () => {
    assert.equal(signalProblem(1, processes([1, 'tini', 'tini -- node server.js', 0])), undefined)
    assert.equal(signalProblem(0, processes()), undefined)
  })

  it('is not judged on a machine of people, where whoever sends the signal chooses the process', () => {
    const init: Row = [1, 'systemd', '/sbin/init', 0]
    assert.equal(signalProblem(40, processes([40, 'bash', '-bash', 30], [30, 'sshd', 'sshd: alice', 1], init)), undefined)
  })

  it('is not judged where there is no /proc, and reads past a name that looks like the end of it', () => {
    assert.equal(
      signalProblem(7, () => undefined),
      undefined,
    )
    const odd: Row = [7, 'sh', 'sh -c node server.js', 1]
    const read = processes(odd, [1, 'sh', 'sh', 0])
    assert.ok(signalProblem(7, (pid, name) => (pid === 7 && name === 'stat' ? '7 (a) S 9) S 1 7' : read(pid, name))))
  })
})
