import type { Blocker, ProfiledFunction } from '../../std/profile.ts'

/** `orders/src/store.ts:42`; what has no file is V8's or Node.js's own. */
export function sayPlace({ file, of }: Pick<ProfiledFunction, 'file' | 'of'>, line: number): string {
  if (file === '') return of === 'node' ? 'native' : '(compiled)'
  return line > 0 ? `${file}:${line}` : file
}

/** `blocked 180 ms: hash in orders/src/store.ts:42, in pbkdf2Sync` */
export function sayBlocker(blocker: Blocker): string {
  const { ms, name, hotLine, called } = blocker
  return `blocked ${Math.round(ms)} ms: ${name} in ${sayPlace(blocker, hotLine)}${called === undefined ? '' : `, calling ${called}`}`
}
