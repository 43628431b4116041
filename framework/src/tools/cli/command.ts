import type { Application } from '../../app.ts'
import type { Sources } from '../../system/config/index.ts'
import type { Paint } from './terminal.ts'

/** One word of `throughline WORD`. */
export interface Command {
  /** `pipeline ROUTE` */
  readonly usage: string
  readonly summary: string
  /** Flags of its own: a name with what its value is called, with `true` for a switch, or with a list for what may be given several times. */
  readonly flags?: Readonly<Record<string, string | true | readonly [value: string]>>
  run(c: Invocation): Promise<Answer>
}

export interface Invocation {
  /** What came after the command's name. */
  readonly words: readonly string[]
  readonly flags: ReadonlyMap<string, string | true>
  /** The values of flags that may be given several times, in their order. */
  readonly lists: ReadonlyMap<string, readonly string[]>
  /** Finds and loads the application, once. */
  readonly application: () => Promise<Application>
  /** The file that exports it. */
  readonly applicationFile: () => string
  /** Where the application's settings come from: what stood after `--` are its flags. */
  readonly sources: Sources
}

/** The same twice: for programs and for people. */
export interface Answer {
  readonly json: unknown
  /** `columns`: how wide the terminal is; undefined where there is none. */
  text(paint: Paint, columns?: number): string
  /** Default 0. */
  readonly exitCode?: number
}
