import type { MigrationSet } from '../db/migrations/set.ts'

/** The tables of `sessions()`: pass it to `database()` beside the application's own. */
export const authMigrations: MigrationSet = {
  name: 'auth',
  steps: [
    {
      name: '0001-sessions',
      sql: `
create table auth_sessions (
  id uuid primary key,
  user_id text not null,
  roles text[] not null,
  started_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index auth_sessions_user_id on auth_sessions (user_id);

create table auth_refresh_tokens (
  hash bytea primary key,
  session_id uuid not null references auth_sessions (id) on delete cascade,
  issued_at timestamptz not null,
  used_at timestamptz
);
create index auth_refresh_tokens_session_id on auth_refresh_tokens (session_id);
`,
    },
  ],
}
