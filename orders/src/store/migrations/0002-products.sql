-- Code point order (collate "C"), so that lists sort alike on every server. Prices are minor units.
create table products (
  id uuid primary key,
  sku text collate "C" not null constraint products_sku_key unique,
  name text collate "C" not null,
  description text not null,
  category text not null,
  brand text not null,
  price bigint not null constraint products_price_not_negative check (price >= 0),
  currency text not null,
  stock integer not null constraint products_stock_not_negative check (stock >= 0),
  words text not null generated always as (lower(name || ' ' || description || ' ' || brand || ' ' || sku)) stored
)
-- Room on every page for the next version of a row: an order changes `stock`, and so no index has to follow.
with (fillfactor = 80);

create index products_by_name on products (name, id);
create index products_by_price on products (price, id);
create index products_by_category on products (category, name, id);
create index products_by_brand on products (brand, name, id);
