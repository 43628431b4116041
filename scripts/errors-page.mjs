import { errorTable } from '../framework/src/std/error-table.ts'

/** docs/errors.md, from the table of all errors. */
export function errorsPage() {
  const rows = Object.entries(errorTable)
  const answers = rows.filter(([, error]) => 'status' in error)
  const refusals = rows.filter(([, error]) => 'exit' in error)
  return `# Errors

Every error that the framework itself can show, made from [error-table.ts](../framework/src/std/error-table.ts) by \`npm run docs\`. Programs should act upon the code, which is stable, and not upon the text.

## Answers to requests

An \`application/problem+json\` document (RFC 9457) carries the code as \`type\` and \`code\`, and \`requestId\`. Applications add their own codes with \`problem()\`.

| Code | Status | Title | What to do |
| --- | --- | --- | --- |
${answers.map(([code, { status, title, fix }]) => `| <a id="${code}"></a>\`${code}\` | ${status} | ${title} | ${fix} |`).join('\n')}

## Reasons not to start

One line on standard error, and the exit status of sysexits.h.

| Code | Exit | Title | What to do |
| --- | --- | --- | --- |
${refusals.map(([code, { exit, title, fix }]) => `| <a id="${code}"></a>\`${code}\` | ${exit} | ${title} | ${fix} |`).join('\n')}
`
}
