import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { root } from './source-tree.ts'

interface Prepare {
  checkNode: (version: string) => void
  explainFailure: (output: string, root: string) => Error & { exitCode: number }
  firstDifference: (root: string) => string | undefined
}
const { checkNode, explainFailure, firstDifference } = (await import(`${root}scripts/prepare.mjs`)) as Prepare

describe('preparing a clone', () => {
  it('refuses a Node.js before 20.19 and says which to install', () => {
    for (const version of ['12.22.0', '18.20.8', '20.18.3']) {
      assert.throws(() => checkNode(version), {
        exitCode: 78,
        message: new RegExp(`^Node\\.js ${version} is too old: install Node\\.js 20\\.19 or newer`),
      })
    }
    for (const version of ['20.19.0', '22.0.0', '24.21.0', '26.10.0']) assert.doesNotThrow(() => checkNode(version))
  })

  it('turns each thing that npm complains about into one sentence', () => {
    const cases = [
      ['npm error code ENOTFOUND\nnpm error errno ENOTFOUND', 69, /^The npm registry cannot be reached/],
      ['npm error code ECONNREFUSED', 69, /^The npm registry cannot be reached/],
      ['npm error code EROFS\nnpm error syscall mkdir', 73, /^The folder \/somewhere cannot be written/],
      ["npm error [Error: EACCES: permission denied, mkdir 'node_modules']", 73, /^The folder \/somewhere cannot be written/],
      ['npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write', 73, /^The disk is full/],
      ['npm error something new', 70, /^npm ci failed; its last words:\nnpm error something new$/],
    ] as const
    for (const [output, exitCode, message] of cases) {
      const refusal = explainFailure(output, '/somewhere')
      assert.equal(refusal.exitCode, exitCode, output)
      assert.match(refusal.message, message)
    }
  })

  it('finds nothing to do here, where everything is installed · M22.16', () => {
    assert.equal(firstDifference(root), undefined)
  })
})
