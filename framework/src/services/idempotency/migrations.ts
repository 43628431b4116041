import type { MigrationSet } from '../db/migrations/set.ts'

/** The table of `idempotency()`: pass it to `database()` beside the application's own. */
export const idempotencyMigrations: MigrationSet = {
  name: 'idempotency',
  steps: [
    {
      name: '0001-answers',
      sql: `
create table idempotency_answers (
  scope text not null,
  key text not null,
  fingerprint text not null,
  status int not null,
  headers text[] not null,
  body bytea,
  expires_at timestamptz not null,
  primary key (scope, key)
);
create index idempotency_answers_expires_at on idempotency_answers (expires_at);
`,
    },
  ],
}
