#include "targets.hpp"

#include <array>

namespace tenon_bench {
namespace {

constexpr double ahead = 1 / 2.5;  // at least 2.5 times as fast

constexpr std::array all{
    Target{"sqlite/get", "tenon", "raw", 1.05},
    Target{"sqlite/get of a missing key", "tenon", "raw", 1.05},
    Target{"sqlite/page of 50", "tenon", "raw", 1.05},
    Target{"sqlite/page of 50 without JSON", "tenon", "raw", 1.05},
    Target{"sqlite/get", "tenon, raw SQL", "raw", 1.07},
    Target{"sqlite/page of 50", "tenon, raw SQL", "raw", 1.07},
    Target{"sqlite/get", "tenon, raw SQL", "tenon", 1.07},
    Target{"sqlite/page of 50", "tenon, raw SQL", "tenon", 1.07},
    Target{"sqlite/stream of 100000", "tenon", "raw", 1.05},
    Target{"sqlite normal/update", "tenon", "raw", 1.05},
    Target{"sqlite full/update", "tenon", "raw", 1.05},
    Target{"sqlite normal/insert", "tenon", "raw", 1.10},
    Target{"sqlite full/insert", "tenon", "raw", 1.10},
    Target{"sqlite full/mixed, 4 threads", "tenon", "raw", ahead},
    Target{"sqlite full/mixed, 4 threads, p99 of writes", "tenon", "raw", 1.0},
    Target{"sqlite normal/batch of 50000", "tenon", "raw", 1.05},
    Target{"sqlite full/batch of 50000", "tenon", "raw", 1.05},
    Target{"postgres/get", "tenon", "raw", 1.15},
    Target{"postgres/insert", "tenon", "raw", 1.10},
    Target{"postgres/page of 50", "tenon", "raw", 1.10},
    Target{"postgres/get", "tenon", "raw, no row security", 1.20},
    Target{"postgres/insert", "tenon", "raw, no row security", 1.20},
    Target{"postgres/get", "tenon", "libpqxx work", ahead},
    Target{"postgres/get", "tenon", "SOCI transaction", ahead},
    Target{"postgres/insert", "tenon", "libpqxx work", ahead},
    Target{"postgres/insert", "tenon", "SOCI transaction", ahead},
    Target{"postgres/batch of 1000", "tenon", "raw COPY, no row security", 1 / 0.60},
    Target{"postgres/batch of 50000", "tenon", "raw COPY, no row security", 1 / 0.80},
    Target{"postgres/get, 16 threads", "tenon", "pgbench", 1 / 0.95},
    Target{"sqlite 1 tenant/growth, get", "1000000 rows, 1 tenant", "10000 rows, 1 tenant", 1.3},
    Target{"sqlite 1 tenant/growth, page of 50", "1000000 rows, 1 tenant", "10000 rows, 1 tenant", 1.3},
    Target{"sqlite 1 tenant/growth, insert", "1000000 rows, 1 tenant", "10000 rows, 1 tenant", 1.3},
    Target{"postgres 1 tenant/growth, get", "1000000 rows, 1 tenant", "10000 rows, 1 tenant", 1.3},
    Target{"postgres 1 tenant/growth, page of 50", "1000000 rows, 1 tenant", "10000 rows, 1 tenant", 1.3},
    Target{"postgres 1 tenant/growth, insert", "1000000 rows, 1 tenant", "10000 rows, 1 tenant", 1.3},
    Target{"sqlite 1000 tenants/growth, get", "1000000 rows, 1000 tenants", "10000 rows, 1000 tenants",
           1.3},
    Target{"sqlite 1000 tenants/growth, page of 5", "1000000 rows, 1000 tenants",
           "10000 rows, 1000 tenants", 1.3},
    Target{"sqlite 1000 tenants/growth, insert", "1000000 rows, 1000 tenants", "10000 rows, 1000 tenants",
           1.3},
    Target{"postgres 1000 tenants/growth, get", "1000000 rows, 1000 tenants", "10000 rows, 1000 tenants",
           1.3},
    Target{"postgres 1000 tenants/growth, page of 5", "1000000 rows, 1000 tenants",
           "10000 rows, 1000 tenants", 1.3},
    Target{"postgres 1000 tenants/growth, insert", "1000000 rows, 1000 tenants", "10000 rows, 1000 tenants",
           1.3},
};

}  // namespace

std::span<const Target> targets() {
  return all;
}

}  // namespace tenon_bench
