import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkCall } from './call.ts'

describe('what is run', () => {
  const refused: Record<string, readonly [why: RegExp, ...programs: string[]]> = {
    'a shell': [
      /it is a shell/,
      'sh',
      'bash',
      '/bin/sh',
      '/usr/bin/zsh',
      'cmd.exe',
      'CMD',
      'C:\\Windows\\System32\\cmd.exe',
      'powershell',
      'pwsh.exe',
      'busybox',
    ],
    'a batch file': [/batch file/, 'npm.cmd', 'build.BAT', 'x.bat.', 'x.cmd .. ', '/srv/x.bat'],
    'a path that depends on where we stand': [/absolute path/, './tool', 'bin/tool', '../tool', '.\\tool'],
    'no program': [/no name/, '', '-rf', 'to\0ol'],
  }
  for (const [what, [why, ...names]] of Object.entries(refused))
    it(`is never ${what} · M06.13`, () => {
      for (const name of names) {
        if (name.startsWith('C:') && process.platform !== 'win32') assert.throws(() => checkCall(name, []), TypeError)
        else
          assert.throws(
            () => checkCall(name, []),
            (error) => error instanceof TypeError && why.test(error.message),
            name,
          )
      }
    })

  it('is a program of PATH, or one by its absolute path, with any text for an argument · M06.13', () => {
    for (const name of ['convert', 'git', '/usr/bin/git', 'shellcheck', 'bashful', 'x.cmdr'])
      checkCall(name, ['$(id)', '; rm -rf /', '`', ''])
  })

  it('takes strings only, and none with U+0000 · M06.13', () => {
    assert.throws(() => checkCall('git', ['log', 'a\0b']), /argument 1 is no string/)
    assert.throws(() => checkCall('git', [7 as unknown as string]), /argument 0 is no string/)
  })
})
