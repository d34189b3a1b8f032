#include "host_schema.hpp"

#include <tenon/secure_table.hpp>

namespace tenon::postgres::testing {

std::string host_schema() {
  return R"(
    create table parts (tenant_id text not null, id bigint not null, thing_id bigint, note text,
      primary key (tenant_id, id), foreign key (tenant_id, thing_id) references things (tenant_id, id));
    create table logs (tenant_id text not null, id bigint generated always as identity, note text,
      primary key (tenant_id, id)) partition by list (tenant_id);
    create table logs_one partition of logs for values in ('globex');
    create table logs_rest partition of logs default;
    create view things_view with (security_invoker = true) as select * from things;
    create view things_checked with (security_invoker = true) as select * from things
      where note <> '' with check option;
    create function note_of(wanted bigint) returns text language sql stable
      as 'select string_agg(note, '','') from things where id = wanted';
    create function every_note() returns text language sql stable security definer
      as 'select string_agg(note, '','') from public.things';
    revoke execute on function every_note() from public;
    create function stamp() returns trigger language plpgsql
      as 'begin new.note := coalesce(new.note, (select min(note) from public.things)); return new; end';
    create trigger stamp before insert on parts for each row execute function stamp();
    create sequence tickets;
  )" + secure_table_sql("parts") +
         secure_table_sql("public.logs") +
         "grant select, insert, update on things_view, things_checked to tenon_app;";
}

}  // namespace tenon::postgres::testing
