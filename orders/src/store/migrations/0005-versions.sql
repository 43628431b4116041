-- Counts the changes of a row: the entity tag that writers send back in If-Match.
alter table users add column version integer not null default 1;
alter table products add column version integer not null default 1;
alter table orders add column version integer not null default 1;
