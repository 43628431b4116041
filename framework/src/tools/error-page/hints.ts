import { errorTable } from '../../std/error-table.ts'
import { AppError, BootError } from '../../std/errors.ts'

/** What usually is behind an error, by the code that PostgreSQL (SQLSTATE) or the system gave it. */
const byCode: Readonly<Record<string, string>> = {
  '42P01': 'This table is not there. Run the migrations (`throughline migrate up`), or write the one that creates it.',
  '42703': 'This column is not there. Run the migrations (`throughline migrate up`), or write the one that adds it.',
  '42883': 'There is no function or operator for these types. Cast a parameter, or create the function in a migration.',
  '42601': 'The statement is no valid SQL. Its text is below.',
  '42501': 'The database user may not do this. Grant it the right, or use another user in DATABASE_URL.',
  '23505':
    'A unique constraint refused a second row. Name the constraint in `constraints`, and callers get your problem in place of a 500.',
  '23503':
    'A foreign key points to a row that is not there, or is still needed. Name the constraint in `constraints`, and callers get your problem.',
  '23502': 'A column that must not be null got no value. Send one, or give the column a default in a migration.',
  '23514': 'A check constraint refused the row. Name the constraint in `constraints`, and callers get your problem in place of a 500.',
  '22P02': 'A value does not have the form of its column’s type. Say it in the contract, and it is refused before it gets here.',
  '22001': 'A text is too long for its column. Say `maxLength` in the contract, and it is refused before it gets here.',
  '22003': 'A number is too large for its column. Say `maximum` in the contract, and it is refused before it gets here.',
  '25P02': 'An earlier statement of this transaction failed, and its error was swallowed. Look at the first failed query below.',
  '40001': 'Two transactions got into each other’s way more often than they are repeated. Read less in one transaction, or lock first.',
  '40P01': 'Two transactions waited for each other. Lock rows in the same order everywhere.',
  '57014': 'The statement was cancelled: the deadline was over, or the caller had gone.',
  '53300': 'The database has no connection left. Lower `pool.max`, or raise `max_connections`.',
  '28P01': 'The password for the database is wrong. Correct DATABASE_URL.',
  '3D000': 'There is no such database. Create it, or correct DATABASE_URL.',
  ECONNREFUSED: 'Nothing listens at that address. Start what should, or correct the URL that leads there.',
  ECONNRESET: 'The other side ended the connection. Look at its log: a crash, a restart, or a proxy with a shorter timeout.',
  ENOTFOUND: 'There is no host of that name. Look for a slip in the URL.',
  ETIMEDOUT: 'Nobody answered. A firewall, or a host that is down.',
  ENOENT: 'There is no such file. Paths are relative to the folder in which the process was started.',
  EACCES: 'The process may not open this. Look at the owner and the mode of the file.',
  ENOSPC: 'The disk is full.',
  EMFILE: 'Too many files are open. Something does not close what it opened; `ulimit -n` says how many may be.',
  ERR_MODULE_NOT_FOUND: 'This module is not there. Install the package, or correct the path: it needs its extension.',
}

const byMessage: readonly (readonly [RegExp, string])[] = [
  [
    /^Cannot read properties of (undefined|null)/,
    'What stands before the dot has no value here. Find out where it should have got one, or ask first.',
  ],
  [/ is not a function$/, 'What is called here is something else. A missing `await`, a slip in a name, or an import of another kind.'],
  [/ is not iterable/, 'What is walked through here is no list. A missing `await`, perhaps.'],
  [/ is not defined$/, 'This name is not known here. An import is missing.'],
  [/serialize a BigInt/, 'JSON has no integers of that size. Return a string.'],
  [/circular structure to JSON/, 'The value contains itself. Return only what the contract names.'],
  [
    /answered what its contract does not allow/,
    'Correct what the function returns, or what `returns` says. In production this is counted and not an error.',
  ],
]

/** What to do about an error, from the first of its causes that is known. */
export function hintFor(chain: readonly unknown[]): string | undefined {
  for (const error of chain.toReversed()) {
    const hint = hintOf(error)
    if (hint !== undefined) return hint
  }
  return undefined
}

function hintOf(error: unknown): string | undefined {
  if (!(error instanceof Error))
    return 'Something that is no `Error` was thrown, so nobody knows where. Throw an `Error`, or a problem of the contract.'
  if (error instanceof BootError) return error.fix
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (Object.hasOwn(byCode, code)) return byCode[code]
  if (error instanceof AppError && code !== 'internal-error' && Object.hasOwn(errorTable, code))
    return errorTable[code as keyof typeof errorTable].fix
  return byMessage.find(([pattern]) => pattern.test(error.message))?.[1]
}
