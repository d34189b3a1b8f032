#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/config.hpp>

#include "contenders/tenon.hpp"
#include "contenders/tenon_raw_sql.hpp"
#include "data.hpp"
#ifdef TENON_BENCH_SQLITE
#include "contenders/raw_sqlite.hpp"
#endif
#ifdef TENON_BENCH_POSTGRES
#include "contenders/raw_postgres.hpp"
#endif

// Repeats one operation, for tools that count what a process does: strace and perf, of which two runs with
// different counts differ by the operations alone, and valgrind, which can count within repeat_counted.
namespace tenon_bench {
namespace {

constexpr std::string_view usage =
    "usage: tenon-operation-probe URL seed\n"
    "       tenon-operation-probe URL CONTENDER OPERATION COUNT\n"
    "CONTENDER: raw, tenon and, on PostgreSQL, pipelined: raw with role and tenant in the flight;\n"
    "OPERATION: none, get, missing, page, summaries, insert, update, upsert, batch\n"
    "CONTENDER: raw_sql, through tenon; OPERATION: none, get, missing, page, batch\n"
    "With TENON_PROBE_FULL set SQLite's commits wait for the disk.\n";

// Those of a store; false when `operation` is none of them. `known` are entities that were read.
template <class C>
bool store_once(C& contender, std::string_view operation, std::vector<typename C::Entity>& known,
                std::vector<typename C::Entity>& fresh, std::uint64_t n, std::uint64_t& inserted) {
  if constexpr (requires { contender.summaries(); }) {
    if (operation == "summaries") return contender.summaries().items.size() == page_size;
    if (operation == "insert") {
      typename C::Entity& next = fresh[n % fresh.size()];
      C::renew(next, inserted++);
      contender.insert(next);
    } else if (operation == "update") {
      contender.update(known[n * 7 % known.size()]);
    } else if (operation == "upsert") {
      contender.upsert(known[n * 7 % known.size()]);
    } else {
      return false;
    }
    return true;
  }
  return false;
}

template <class C>
struct Data {
  std::vector<Id> ids;
  std::vector<typename C::Entity> fresh;
  std::vector<typename C::Entity> known;
  std::uint64_t inserted;
};

// The operations from number `first` to before `end`.
template <class C>
void operate(C& contender, std::string_view operation, Data<C>& data, std::uint64_t first,
             std::uint64_t end) {
  auto& [ids, fresh, known, inserted] = data;
  bool ok = true;
  for (std::uint64_t n = first; n < end; ++n) {
    if (operation == "get") {
      ok = ok && contender.get(ids[n * 7 % ids.size()]).has_value();
    } else if (operation == "missing") {
      ok = ok && !contender.get(fresh_id(n)).has_value();
    } else if (operation == "page") {
      ok = ok && contender.page().items.size() == page_size;
    } else if (operation == "batch") {
      for (typename C::Entity& entity : fresh) C::renew(entity, inserted++);
      contender.insert_all(fresh);
    } else if (operation != "none" && !store_once(contender, operation, known, fresh, n, inserted)) {
      throw std::runtime_error(std::string(usage));
    }
  }
  if (!ok) throw std::runtime_error("an operation gave another result than the seed; seed the database");
}

// Where valgrind counts.
template <class C>
[[gnu::noinline]] void repeat_counted(C& contender, std::string_view operation, Data<C>& data,
                                      std::uint64_t count) {
  operate(contender, operation, data, 1, 1 + count);
}

template <class C>
void repeat(C& contender, std::string_view operation, std::uint64_t count) {
  Data<C> data{ids_of(make_rows(reading_tenant)), {}, {}, 0};
  for (const Row& row : make_rows(tenant_count, batch_size)) data.fresh.push_back(C::entity_of(row));
  for (const Id& id : data.ids) data.known.push_back(contender.get(id).value());
  // Another start in every process, for all write into one tenant.
  data.inserted = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  operate(contender, operation, data, 0,
          1);  // what only the first one does, such as preparing the statement
  repeat_counted(contender, operation, data, count);
}

void run_raw(const std::string& url, const std::string& tenant, [[maybe_unused]] bool full,
             [[maybe_unused]] bool pipelined, std::string_view operation, std::uint64_t count) {
#ifdef TENON_BENCH_SQLITE
  if (url.starts_with("sqlite:") && !pipelined) {
    // At as many pages as tenon, so that a count is of as many checkpoints.
    RawSqlite raw(url.substr(7), tenant, full ? "full" : "normal", SqliteLog::tenon_checkpoint_pages);
    return repeat(raw, operation, count);
  }
#endif
#ifdef TENON_BENCH_POSTGRES
  if (url.starts_with("postgres")) {
    using Tenancy = RawPostgres::Tenancy;
    RawPostgres raw(url, tenant, pipelined ? Tenancy::pipeline : Tenancy::session);
    return repeat(raw, operation, count);
  }
#endif
  throw std::runtime_error("no raw contender for " + url);
}

int run(const std::vector<std::string>& arguments) {
  tenon::Config config;
  const bool full = std::getenv("TENON_PROBE_FULL") != nullptr;
  config.sqlite.synchronous = full ? tenon::Synchronous::full : tenon::Synchronous::normal;
  if (arguments.size() == 2 && arguments[1] == "seed") {
    config.url = arguments[0];
    seed(config);
    return EXIT_SUCCESS;
  }
  if (arguments.size() != 4) throw std::runtime_error(std::string(usage));
  config.url = arguments[0];
  const std::uint64_t count = std::stoull(arguments[3]);
  const std::string tenant = tenant_name(reading_tenant);
  const bool pipelined = arguments[1] == "pipelined";
  if (pipelined || arguments[1] == "raw") {
    run_raw(config.url, tenant, full, pipelined, arguments[2], count);
  } else if (arguments[1] == "tenon") {
    Tenon tenon(config, tenant);
    repeat(tenon, arguments[2], count);
  } else if (arguments[1] == "raw_sql") {
    TenonRawSql raw_sql(config, tenant, config.url.starts_with("sqlite:") ? "analyses" : "tenon.analyses");
    repeat(raw_sql, arguments[2], count);
  } else {
    throw std::runtime_error(std::string(usage));
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace tenon_bench

int main(int argc, char** argv) {
  try {
    return tenon_bench::run({argv + 1, argv + argc});
  } catch (const std::exception& failure) {
    std::cerr << "tenon-operation-probe: " << failure.what() << '\n';
    return EXIT_FAILURE;
  }
}
