import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { root } from './source-tree.ts'

const folder = mkdtempSync(join(tmpdir(), 'lint-'))
const compilerOptions = { target: 'es2024', module: 'nodenext', moduleResolution: 'nodenext', strict: true, noEmit: true }

/** The rules that the text breaks, as our own configuration sees it. */
function broken(text: string): string[] {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  writeFileSync(join(folder, 'code.ts'), text)
  const oxlint = join(root, 'node_modules/.bin/oxlint')
  const { stdout } = spawnSync(oxlint, ['-c', join(root, '.oxlintrc.json'), '--format=json', folder], { encoding: 'utf8', timeout: 60_000 })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] }
  return diagnostics.map(({ code }) => /\((.*)\)/.exec(code)?.[1] ?? code)
}

/** What must not pass, by the rule that stops it. */
const bad: Record<string, string> = {
  'no-empty': 'export async function save(work: () => Promise<void>) { try { await work() } catch {} }',
  'preserve-caught-error':
    "export function save(work: () => void) { try { work() } catch (error) { if (error === 1) return; throw new Error('It could not be saved.') } }",
  'only-throw-error': "export function save(): never { throw 'It could not be saved.' }",
  'prefer-promise-reject-errors': "export function save(): Promise<never> { return Promise.reject('It could not be saved.') }",
  'no-floating-promises': 'export function save(work: () => Promise<void>) { work() }',
  'no-misused-promises': 'export function save(work: () => Promise<boolean>) { if (work()) return 1; return 2 }',
  'return-await': 'export async function save(work: () => Promise<number>) { try { return work() } catch { return 0 } }',
}

describe('an error that would be swallowed', () => {
  after(() => rmSync(folder, { recursive: true, force: true }))

  for (const [rule, text] of Object.entries(bad)) {
    it(`does not pass ${rule} · M15.16`, () => {
      assert.deepEqual(broken(text), [rule])
    })
  }

  it('may be one on purpose, where a comment says why · M15.16', () => {
    assert.deepEqual(
      broken('export async function save(work: () => Promise<void>) { try { await work() } catch { /* Nobody waits. */ } }'),
      [],
    )
  })
})
