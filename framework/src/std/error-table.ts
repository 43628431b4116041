/**
 * Every error the framework itself can show to a person, in one table: `docs/errors.md` is written from it,
 * and a test refuses a code that is thrown but not listed, or listed and never thrown.
 *
 * `status` marks an answer to a request, `exit` a reason not to start (sysexits.h: 64 usage, 66 no input, 69 unavailable,
 * 70 internal, 73 cannot create, 75 try again, 77 no permission, 78 configuration).
 */
export const errorTable = {
  'bad-request': { status: 400, title: 'Bad Request', fix: 'Correct the request; the detail says what is wrong with it.' },
  'malformed-json': { status: 400, title: 'Malformed JSON', fix: 'Send well-formed JSON (RFC 8259); `line` and `column` point at the first mistake.' },
  'json-too-complex': { status: 400, title: 'JSON Too Complex', fix: 'Stay within `maximum` for `limit`: nest less, or send several smaller bodies.' },
  'json-ambiguous': { status: 400, title: 'Ambiguous JSON', fix: 'Write what `pointer` leads to so that every reader understands the same (RFC 7493): each member once, integers beyond 2^53 - 1 as strings, whole characters.' },
  'malformed-path': { status: 400, title: 'Malformed Path', fix: 'Percent-encode the path as UTF-8 (RFC 3986).' },
  'invalid-cursor': { status: 400, title: 'Invalid Cursor', fix: 'Use the `next` link of a page as it is; do not build or keep cursors.' },
  'invalid-sort': { status: 400, title: 'Invalid Sort', fix: 'Sort by the fields in `allowed`, comma-separated, `-` in front for descending.' },
  unauthenticated: { status: 401, title: 'Unauthorized', fix: 'Send `Authorization: Bearer` with a valid access token.' },
  'token-reused': { status: 401, title: 'Token Reused', fix: 'Log in again: a refresh token works once, and presenting it again ends the whole session.' },
  forbidden: { status: 403, title: 'Forbidden', fix: 'Ask somebody with the right to do this; the detail names the rule.' },
  'not-found': { status: 404, title: 'Not Found', fix: 'Check the path and the id; what is not yours answers the same.' },
  'method-not-allowed': { status: 405, title: 'Method Not Allowed', fix: 'Use one of the methods in the `Allow` header.' },
  'not-acceptable': { status: 406, title: 'Not Acceptable', fix: 'Accept one of the media types in `available`.' },
  'request-timeout': { status: 408, title: 'Request Timeout', fix: 'Send the whole request faster.' },
  conflict: { status: 409, title: 'Conflict', fix: 'Read the resource again and repeat the change on what you find.' },
  'content-too-large': { status: 413, title: 'Content Too Large', fix: 'Send at most `limit` bytes.' },
  'uri-too-long': { status: 414, title: 'URI Too Long', fix: 'Send at most `limit` bytes of path and query.' },
  'unsupported-media-type': { status: 415, title: 'Unsupported Media Type', fix: 'Send one of the media types in `supported`.' },
  'validation-failed': { status: 422, title: 'Unprocessable Content', fix: 'Correct every entry of `errors`.' },
  'headers-too-large': { status: 431, title: 'Request Header Fields Too Large', fix: 'Send at most 16 KiB of header fields; look for a cookie that grew.' },
  'client-closed-request': { status: 499, title: 'Client Closed Request', fix: 'Seen in logs only: the caller went away before the answer.' },
  'internal-error': { status: 500, title: 'Internal Server Error', fix: 'Give `requestId` to the people who run the service.' },
  'commit-outcome-unknown': { status: 500, title: 'Outcome Unknown', fix: 'Read the resource to see whether the change was made before repeating it.' },
  'not-implemented': { status: 501, title: 'Not Implemented', fix: 'Use a method of RFC 9110 or RFC 5789.' },
  'database-unavailable': { status: 503, title: 'Service Unavailable', fix: 'Wait as long as `Retry-After` says, then repeat the request.' },
  'pool-exhausted': { status: 503, title: 'Service Unavailable', fix: 'Wait and repeat; operators see in the log who holds the connections.' },
  'not-ready': { status: 503, title: 'Not Ready', fix: 'Send requests to another instance until this one is ready; `checks` says which of its resources are not well.' },
  overloaded: { status: 503, title: 'Service Unavailable', fix: 'Wait as long as `Retry-After` says, then repeat the request.' },
  'shutting-down': { status: 503, title: 'Service Unavailable', fix: 'Repeat the request at once: another instance, or the next one, takes it.' },
  'deadline-exceeded': { status: 504, title: 'Gateway Timeout', fix: 'Ask for less, or ask again later.' },

  'usage-wrong': { exit: 64, title: 'The command line is wrong', fix: '`throughline --help` lists what there is.' },
  'application-missing': { exit: 66, title: 'No application was found', fix: 'Write `"throughline": "./src/application.ts"` into its package.json, or name the file with --app.' },
  'config-invalid': { exit: 78, title: 'The configuration is wrong', fix: 'Correct every line of the report; `throughline config explain KEY` shows where a value comes from.' },
  'contract-invalid': { exit: 78, title: 'A contract cannot be served', fix: 'Change the endpoint that the message names.' },
  'route-ambiguous': { exit: 78, title: 'Two routes match the same requests', fix: 'Change one of the two paths, or constrain a parameter.' },
  'driver-unknown': { exit: 78, title: 'No driver for this URL', fix: 'Use one of the schemes that the message lists.' },
  'driver-parameter-unknown': { exit: 78, title: 'Unknown parameter in a service URL', fix: 'Use one of the parameters that the message lists.' },
  'driver-missing': { exit: 78, title: 'An optional package is not installed', fix: 'Install the package that the message names.' },
  'port-in-use': { exit: 69, title: 'The port is taken', fix: 'Stop the other program, or choose another port with PORT or --port.' },
  'port-forbidden': { exit: 77, title: 'The port may not be opened', fix: 'Choose a port above 1023 or another HOST.' },
  'data-folder-locked': { exit: 75, title: 'The data folder is in use', fix: 'Stop the process that the message names, or set DATA_DIR to another folder.' },
  'data-folder-unwritable': { exit: 73, title: 'The data folder cannot be written', fix: 'Make the folder writable and leave room on its disk, or set DATA_DIR to another one.' },
  'data-folder-version': { exit: 78, title: 'The data folder belongs to another engine version', fix: 'Open it with the version that wrote it and move the data with pg_dump, or choose an empty DATA_DIR.' },
  'database-unreachable': { exit: 69, title: 'The database does not answer', fix: 'Start it, or correct DATABASE_URL.' },
  'database-too-old': { exit: 78, title: 'The database is too old', fix: 'Use PostgreSQL 15 or newer.' },
  'migration-failed': { exit: 70, title: 'A migration failed', fix: 'Correct the migration that the message names; nothing of it was kept.' },
  'migration-edited': { exit: 78, title: 'An applied migration was edited', fix: 'Restore the file and write the change as a new migration.' },
  'migration-missing': { exit: 78, title: 'An applied migration is gone', fix: 'Restore the file, or deploy a release that has it.' },
  'migration-out-of-order': { exit: 78, title: 'A migration sorts before an applied one', fix: 'Give it a number after the last applied one.' },
  'migration-invalid': { exit: 78, title: 'A migration cannot be read', fix: 'Name it NNNN-title.sql, with a number and a title that no other one of its set has.' },
  'secret-weak': { exit: 78, title: 'A secret is too weak for production', fix: 'Set a random value of at least 32 bytes.' },
} as const satisfies Record<string, { title: string; fix: string } & ({ status: number } | { exit: number })>

type Table = typeof errorTable
/** Codes of answers to requests. */
export type ProblemCode = { [Code in keyof Table]: Table[Code] extends { status: number } ? Code : never }[keyof Table]
/** Codes of reasons not to start. */
export type BootErrorCode = { [Code in keyof Table]: Table[Code] extends { exit: number } ? Code : never }[keyof Table]
