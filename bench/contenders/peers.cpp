#include "peers.hpp"

namespace tenon_bench {

std::vector<std::string_view> missing_peers() {
  std::vector<std::string_view> missing;
#ifndef TENON_BENCH_SQLITECPP
  missing.emplace_back("SQLiteCpp");
#endif
#ifndef TENON_BENCH_PQXX
  missing.emplace_back("libpqxx");
#endif
#ifndef TENON_BENCH_SOCI
  missing.emplace_back("SOCI");
#endif
  return missing;
}

}  // namespace tenon_bench
