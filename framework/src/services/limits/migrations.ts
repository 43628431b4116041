import type { MigrationSet } from '../db/migrations/set.ts'

/**
 * What `limits('db:')` needs: pass it to `database()` beside the application's own.
 *
 * The tables are unlogged: a crash of the server forgets the counts, and counting costs no write-ahead log.
 */
export const limitsMigrations: MigrationSet = {
  name: 'limits',
  steps: [
    {
      name: '0001-rate-limits',
      sql: `
create unlogged table rate_limits (
  key text primary key,
  at double precision not null,
  used double precision not null,
  before double precision not null,
  expires double precision not null
) with (fillfactor = 50);

create unlogged table rate_limit_leases (
  key text not null,
  id bigint generated always as identity primary key,
  expires double precision not null
);
create index rate_limit_leases_key on rate_limit_leases (key);

-- The clock is read after the row is locked: a caller that waited for the lock would otherwise count into the past.
create function rate_limit_take(wanted_key text, algorithm text, capacity double precision, span double precision, cost double precision)
returns table (allowed boolean, remaining double precision, wait double precision) language plpgsql as $$
declare
  count rate_limits;
  now_ms double precision;
  passed double precision;
  elapsed double precision;
  free double precision;
  target double precision;
  sliding boolean := algorithm = 'sliding-window';
begin
  loop
    select * into count from rate_limits where key = wanted_key for update;
    exit when found;
    insert into rate_limits (key, at, used, before, expires) values (wanted_key, 0, 0, 0, 0) on conflict do nothing;
  end loop;
  now_ms := extract(epoch from clock_timestamp()) * 1000;
  if algorithm = 'token-bucket' then
    -- Here span is the time for one token.
    count.used := greatest(0, count.used - (now_ms - count.at) / span);
    count.at := now_ms;
    free := capacity - count.used;
  else
    passed := floor((now_ms - count.at) / span);
    if passed > 0 then
      count.before := case when sliding and passed = 1 then count.used else 0 end;
      count.used := 0;
      count.at := case when count.before > 0 then count.at + span else now_ms end;
    end if;
    elapsed := now_ms - count.at;
    free := capacity - count.used - count.before * (1 - elapsed / span);
  end if;
  allowed := cost <= free;
  if allowed then
    count.used := count.used + cost;
    free := free - cost;
  end if;
  remaining := greatest(0, floor(free));
  target := case when allowed then least(remaining + 1, capacity) else cost end;
  if algorithm = 'token-bucket' then
    wait := (target - free) * span;
    count.expires := now_ms + count.used * span;
  else
    wait := case
      when not sliding then span - elapsed
      when target <= capacity - count.used then span * (1 - (capacity - count.used - target) / count.before) - elapsed
      else span - elapsed + span * (1 - (capacity - target) / count.used)
    end;
    count.expires := count.at + span * case when sliding then 2 else 1 end;
  end if;
  update rate_limits set at = count.at, used = count.used, before = count.before, expires = count.expires where key = wanted_key;
  return next;
end $$;

create function rate_limit_hold(wanted_key text, capacity double precision, ttl double precision)
returns table (allowed boolean, remaining double precision, lease text) language plpgsql as $$
declare
  now_ms double precision;
  held double precision;
begin
  perform pg_advisory_xact_lock(hashtextextended(wanted_key, 0));
  now_ms := extract(epoch from clock_timestamp()) * 1000;
  delete from rate_limit_leases where key = wanted_key and expires <= now_ms;
  select count(*) into held from rate_limit_leases where key = wanted_key;
  allowed := held < capacity;
  remaining := greatest(0, capacity - held - 1);
  if allowed then
    insert into rate_limit_leases (key, expires) values (wanted_key, now_ms + ttl) returning id::text into lease;
  end if;
  return next;
end $$;

create function rate_limit_release(lease bigint) returns void language sql as $$ delete from rate_limit_leases where id = lease $$;
`,
    },
  ],
}
