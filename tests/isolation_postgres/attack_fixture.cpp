#include "attack_fixture.hpp"

#include <ostream>

#include "host_schema.hpp"

namespace tenon::postgres::testing {

namespace {

std::string victims_rows() {
  std::string sql;
  for (const char* id : {"1", "2", "7"}) {
    sql += std::string("insert into things values ('globex', ") + id + ", 'MARKER-7f3a " + id + "');";
  }
  return sql +
         "insert into things values ('acme', 1, 'mine 1'), ('acme', 2, 'mine 2');"
         "insert into parts values ('globex', 1, 7, 'MARKER-7f3a part'), ('acme', 1, 1, 'mine part');"
         "insert into logs (tenant_id, note) values ('globex', 'MARKER-7f3a log'), ('acme', 'mine log');"
         "create materialized view things_kept as select * from things;"
         "select nextval('tickets'); analyze;";
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Attack& attack) {
  return out << attack.name << ": " << attack.sql;
}

void AttackTest::prepare() {
  admin(host_schema());
  admin(victims_rows());
}

void AttackTest::SetUp() {
  PostgresTest::SetUp();
  if (!IsSkipped()) before_ = fingerprint();
}

std::string AttackTest::fingerprint() {
  return admin_value(
      "select string_agg(t, ';' order by t) from (select things::text || things.ctid from things"
      " where tenant_id = 'globex' or note like 'MARKER%' union all"
      " select parts::text || parts.ctid from parts where tenant_id = 'globex' union all"
      " select logs::text || logs.ctid from logs where tenant_id = 'globex') as x (t)");
}

AttackTest::Outcome AttackTest::run(backend::Engine& engine, const Attack& attack, bool raw,
                                    bool in_transaction) {
  const Sql sql(attack.name, attack.sql, {}, attack.query ? std::vector{Type::text} : std::vector<Type>{},
                Access::write);
  Outcome outcome;
  const auto keep = [&](backend::Values row) {
    outcome.rows += (outcome.rows.empty() ? "" : ",") +
                    (row[0].is_null() ? std::string("NULL") : std::string(row[0].bytes()));
    return true;
  };
  const backend::Call call{sql, {}, keep, backend::Deadline::max(), false, raw};
  const backend::Principal principal{attacker, Role::customer, ""};
  try {
    if (in_transaction) {
      const auto session = engine.begin(principal, {});
      session->execute(call);
      session->commit();
    } else {
      engine.execute(principal, call);
    }
  } catch (const Error& error) {
    outcome.kind = error.kind();
    outcome.error =
        std::string(error.what()) + " | " + error.detail().hint + " | " + error.detail().constraint;
  }
  return outcome;
}

std::string AttackTest::harm(const Attack& attack, const Outcome& outcome) {
  std::string seen;
  for (const std::string* text : {&outcome.rows, &outcome.error}) {
    if (text->find(marker) != std::string::npos || text->find(victim) != std::string::npos)
      seen += "the victim's data: " + *text + "\n";
  }
  if (attack.expected && !outcome.kind && outcome.rows != *attack.expected)
    seen += "rows " + outcome.rows + " instead of " + *attack.expected + "\n";
  if (attack.expected && outcome.kind) seen += "an error as an oracle: " + outcome.error + "\n";
  if (const std::string now = fingerprint(); now != before_) seen += "the victim's rows are now " + now;
  return seen;
}

std::unique_ptr<backend::Engine> AttackTest::open_one() const {
  Config one = config();
  one.pool.size = 1;
  one.pool.max_overflow = 0;
  return open(one);
}

}  // namespace tenon::postgres::testing
