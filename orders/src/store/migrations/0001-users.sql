create table users (
  id uuid primary key,
  email text not null constraint users_email_key unique,
  name text not null,
  roles text[] not null,
  password_hash text not null,
  constraint users_email_normalised check (email = lower(btrim(email)))
);
