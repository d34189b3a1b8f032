#pragma once

#include <string>
#include <vector>

namespace tenon_bench {

struct Options {
  std::string directory;     ///< where SQLite's files are made; empty: the system's for temporary files
  std::string postgres_url;  ///< empty: no PostgreSQL
  std::vector<std::string> synchronous{"normal", "full"};
  int checkpoint_pages = 1000;  ///< wal_autocheckpoint of the raw contender; SQLite's default
  std::string json_file;        ///< Google Benchmark's JSON of all runs; empty: none
};

}  // namespace tenon_bench
