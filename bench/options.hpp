#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tenon_bench {

struct Options {
  std::string directory;         ///< where SQLite's files are made; empty: the system's for temporary files
  std::string postgres_url;      ///< through a Unix socket; empty: no PostgreSQL
  std::string postgres_tcp_url;  ///< the same server through TCP; empty: no TCP, and no distant server
  std::vector<std::string> synchronous{"normal", "full"};
  int checkpoint_pages = 1000;  ///< wal_autocheckpoint of the raw contender; SQLite's default
  std::string json_file;        ///< Google Benchmark's JSON of all runs; empty: none
  std::string markdown_file;    ///< the table; empty: standard output only
  std::string plot_file;        ///< scenario and ratio of tenon, for gnuplot; empty: none
  std::string growth_file;      ///< times by the number of rows, for gnuplot; empty: none
  int repetitions = 0;          ///< of every scenario and contender; 0: as many as suit it
  bool quick = false;           ///< fewer rows, batches and scales
  bool one_processor = false;   ///< PostgreSQL's server answers on this process's processor
  bool check = false;           ///< print the targets and fail when one is missed
  std::size_t largest_scale = 1'000'000;

  [[nodiscard]] std::vector<std::size_t> batches() const {
    return quick ? std::vector<std::size_t>{10, 1000} : std::vector<std::size_t>{10, 100, 1000, 50'000};
  }
  [[nodiscard]] std::vector<std::size_t> batches_of_at_most(std::size_t rows) const {
    std::vector<std::size_t> some = batches();
    std::erase_if(some, [&](std::size_t batch) { return batch > rows; });
    return some;
  }
  /// `promised`: a target holds it.
  [[nodiscard]] int repetitions_of(bool takes_seconds, bool promised) const {
    if (repetitions > 0) return repetitions;
    if (takes_seconds) return quick ? 3 : 7;
    return quick ? 7 : promised ? 31 : 15;
  }
  /// Of everything that a target holds.
  [[nodiscard]] bool whole() const {
    return !quick && synchronous.size() == 2 && largest_scale >= 1'000'000;
  }
  [[nodiscard]] std::size_t streamed_rows() const { return quick ? 10'000 : 100'000; }
};

}  // namespace tenon_bench
