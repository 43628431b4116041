import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import type { Operation, Thrown } from '../../std/operation.ts'
import { framesOf, type Frame } from '../../std/stack.ts'

/** What one failure has in common with others that have the same cause. */
export interface Likeness {
  readonly fingerprint: string
  readonly thrown: Thrown
  /** The first frame that is the application's own: `placeOrder (src/domain/orders.ts:41)`. */
  readonly where: string | undefined
}

const mostFrames = 8

/**
 * Two failures are one when the same functions called each other and threw the same kind of error. Lines are left out, because the next release
 * moves them, and so are messages, which tell of this order and that user, unless there is nothing else to go by.
 */
export function likenessOf({ error, status, name }: Operation, root: string): Likeness {
  const thrown = error ?? { type: `Status ${status}`, message: name }
  const frames = thrown.stack === undefined ? [] : framesOf(thrown.stack, thrown.message)
  const own = frames.filter(({ of }) => of === 'application')
  const marks = (own.length > 0 ? own : frames).slice(0, mostFrames).map((frame) => `${frame.call} ${placeOf(frame, root)}`)
  const text = JSON.stringify([thrown.type, thrown.code ?? '', ...(marks.length > 0 ? marks : [plain(thrown.message)])])
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return { fingerprint, thrown, where: own[0] && `${own[0].call || 'anonymous'} (${placeOf(own[0], root)}:${own[0].line})` }
}

/** The same wherever a release was unpacked, and whatever version of a package it came with. */
function placeOf({ file }: Frame, root: string): string {
  const modules = file.lastIndexOf('node_modules/')
  if (modules >= 0) return file.slice(modules)
  return file.startsWith('/') ? relative(root, file) : file
}

/** A message without what tells one occurrence from the next: ids, numbers, what is quoted. */
function plain(message: string): string {
  return message
    .slice(0, 300)
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '"…"')
    .replaceAll(/\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b/gi, '…')
    .replaceAll(/\b(?:0x)?(?=[0-9a-f]*\d)[0-9a-f]+\b/gi, '0')
}
