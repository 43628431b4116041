import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { AppError } from '../../std/errors.ts'
import { insideOf } from './inside-of.ts'

let folder: string
let root: string
before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'inside-')))
  root = join(folder, 'root')
  await mkdir(join(root, 'a/b'), { recursive: true })
  await mkdir(join(folder, 'root-other'))
  for (const name of ['root/a/one.png', 'root/-rf', 'root-other/secret', 'secret']) await writeFile(join(folder, name), '')
  await symlink(join(folder, 'secret'), join(root, 'out'))
  await symlink(folder, join(root, 'up'))
  await symlink('../root-other', join(root, 'beside'))
  await symlink(join(folder, 'not-there'), join(root, 'dangling'))
  await symlink('loop', join(root, 'loop'))
  await symlink('one.png', join(root, 'a/in'))
})
after(() => rm(folder, { recursive: true }))

const isRefusal = (error: unknown) =>
  error instanceof AppError && error.code === 'path-refused' && error.status === 422 && !error.message.includes(folder)

describe('a path that a stranger names', () => {
  const inside: Record<string, string> = {
    'a/one.png': 'a/one.png',
    'a//./one.png': 'a/one.png',
    '.': '.',
    'a/in': 'a/one.png',
    'a/new.png': 'a/new.png',
    'a/..png': 'a/..png',
    '-rf': '-rf',
    '$(id)': '$(id)',
  }
  for (const [given, name] of Object.entries(inside))
    it(`leads to where it says, as an absolute path that is no option: ${given} · M06.13`, async () => {
      const found = await insideOf(root, given)
      assert.equal(found, join(root, name))
      assert.ok(!found.startsWith('-'))
    })

  const outside = [
    '', '..', '../secret', 'a/../../secret', 'a/../a/one.png', '../root-other/secret', '/etc/passwd', '//etc/passwd', 'a\0.png', 'a\n', '..\\secret', 'a\\b', 'C:secret', 'c:/secret',
    'out', 'up/secret', 'up', 'beside/secret', 'beside', 'dangling', 'dangling/x', 'loop', 'a/one.png/x', 'no/such/folder', 'x'.repeat(300), '\ud800/../x',
  ] // prettier-ignore
  for (const given of outside)
    it(`is refused when it leads elsewhere, or nowhere: ${JSON.stringify(given.slice(0, 30))} · M06.13`, async () => {
      await assert.rejects(insideOf(root, given), isRefusal)
    })

  it('never leads outside, whatever it is made of · M06.13', async () => {
    const piece = fc.constantFrom('..', '.', '/', 'a', 'b', 'up', 'out', 'beside', 'in', 'one.png', '\\', '%2e', ' ', '-', '~', '\0', ':')
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const found = await insideOf(root, pieces.join('')).catch((error: unknown) => {
          assert.ok(isRefusal(error), String(error))
          return root
        })
        assert.ok(found === root || found.startsWith(`${root}/`), found)
      }),
      { numRuns: 500 },
    )
  })

  it('is a mistake of ours where its folder is not there', async () => {
    await assert.rejects(insideOf(join(folder, 'nowhere'), 'x'), { code: 'ENOENT' })
  })
})
