/** Statements of one connection that may have a name. Beyond it they are sent without: lists of varying length would fill the server's memory. */
const most = 256

let made = 0

/**
 * Names for the statements of one connection that come again: the server then parses and plans each once.
 * No name is ever used twice in a process, because sessions of an embedded engine share their names.
 */
export class PreparedNames {
  readonly #names = new Map<string, string | undefined>()

  /** A name from the second time on: what comes once, in a script or a migration, is not worth keeping. */
  nameOf(sql: string): string | undefined {
    const name = this.#names.get(sql)
    if (name !== undefined) return name
    if (!this.#names.has(sql)) {
      if (this.#names.size < most) this.#names.set(sql, undefined)
      return undefined
    }
    const given = `s${++made}`
    this.#names.set(sql, given)
    return given
  }

  /** After a table was changed under its plans: everything is prepared anew. */
  forget(): void {
    this.#names.clear()
  }
}
