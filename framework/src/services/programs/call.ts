import { isAbsolute } from 'node:path'

const shells: ReadonlySet<string> = new Set('sh ash bash csh dash fish ksh mksh tcsh zsh busybox cmd powershell pwsh'.split(' '))

/**
 * Refuses what would be read by a shell after all, and what leads elsewhere than it seems. Mistakes of ours, hence a `TypeError`.
 */
export function checkCall(program: string, args: readonly string[]): void {
  const refuse = (why: string): never => {
    throw new TypeError(`${JSON.stringify(program)} cannot be run: ${why}.`)
  }
  if (program === '' || program.startsWith('-') || program.includes('\0')) refuse('that is no name of a program')
  if (/[/\\]/.test(program) && !isAbsolute(program)) refuse('name it alone, to be found in PATH, or by its absolute path')
  const name = program
    .split(/[/\\]/)
    .at(-1)!
    .toLowerCase()
    // Windows ignores dots and spaces at the end.
    .replace(/[. ]+$/, '')
  // Windows gives these to cmd.exe, which reads the arguments again in a way of its own (CVE-2024-27980).
  if (/\.(bat|cmd)$/.test(name)) refuse('a batch file is read by a shell; run what it runs')
  if (shells.has(name.replace(/\.exe$/, ''))) refuse('it is a shell, which reads its arguments as a program; run the program itself')
  const wrong = args.findIndex((arg) => typeof arg !== 'string' || arg.includes('\0'))
  if (wrong >= 0) refuse(`argument ${wrong} is no string without U+0000`)
}
