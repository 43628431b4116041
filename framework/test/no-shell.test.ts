import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { none, sourceFiles } from './source-tree.ts'

/** Each way to a shell: the functions that start one, the option, and names under which this test would not see them. */
const ways: readonly RegExp[] = [
  /import\s*\{[^}]*\bexec(Sync)?\b[^}]*\}\s*from\s*'(node:)?child_process'/,
  /import\s+(\*|\w)[^'{]*from\s*'(node:)?child_process'/,
  /(require|import|getBuiltinModule)\(\s*['"`](node:)?child_process['"`]/,
  /\bshell:/,
  /['"]child_process['"]/,
]

describe('a shell', () => {
  it('is started nowhere in the framework or the Orders API, tests included · M06.13', () => {
    const files = sourceFiles('framework/{src,bin}/**/*.{ts,mjs}', 'orders/**/*.ts').map(({ path, text }) => ({
      path,
      text: text.replaceAll(/^\s*(\*|\/\/|\/\*\*).*$/gm, ''),
    }))
    assert.ok(files.length > 500)
    none(
      files.flatMap(({ path, text }) =>
        ways.filter((way) => way.test(text)).map((way) => `${path} has ${way.exec(text)![0]}: spawn a program with its arguments instead`),
      ),
    )
  })

  it('cannot be hidden from this test: the patterns find what they are for · M06.13', () => {
    const hidden = [
      "import { exec } from 'node:child_process'",
      "import { type ChildProcess, execSync, spawn } from 'node:child_process'",
      "import * as processes from 'node:child_process'",
      "import processes from 'node:child_process'",
      "const { exec } = require('child_process')",
      "const { exec } = await import('node:child_process')",
      "spawn('ls', [], { shell: true })",
      "spawn('ls', [], { shell: '/bin/bash' })",
    ]
    none(hidden.filter((text) => !ways.some((way) => way.test(text))))
    const fine = "import { type ChildProcess, execFile, spawn } from 'node:child_process'"
    assert.equal(
      ways.some((way) => way.test(fine)),
      false,
    )
  })
})
