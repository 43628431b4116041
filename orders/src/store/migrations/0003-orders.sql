-- Ids are UUIDv7: their order is the order of creation.
create table orders (
  id uuid primary key,
  buyer_id uuid not null references users (id),
  status text not null constraint orders_status_known check (status in ('pending', 'paid', 'shipped', 'cancelled')),
  currency text not null,
  total bigint not null constraint orders_total_not_negative check (total >= 0),
  created_at timestamptz not null
);

create index orders_by_buyer on orders (buyer_id, id);

create table order_lines (
  order_id uuid not null references orders (id),
  position smallint not null,
  sku text collate "C" not null references products (sku),
  quantity integer not null constraint order_lines_quantity_positive check (quantity > 0),
  price bigint not null constraint order_lines_price_not_negative check (price >= 0),
  primary key (order_id, position)
);
