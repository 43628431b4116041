-- The last line of defence: whatever the application thinks, no balance falls below zero.
create table accounts (
  id uuid primary key,
  owner_id uuid not null references users (id),
  currency text not null,
  balance bigint not null constraint accounts_balance_not_negative check (balance >= 0)
);

create index accounts_by_owner on accounts (owner_id, id);

create table transfers (
  id uuid primary key,
  from_id uuid not null references accounts (id),
  to_id uuid not null references accounts (id),
  currency text not null,
  amount bigint not null constraint transfers_amount_positive check (amount > 0),
  created_at timestamptz not null,
  constraint transfers_between_two check (from_id <> to_id)
);
