#pragma once

#include <cstddef>
#include <string>

namespace tenon_bench {

/// PostgreSQL's own load generator: the flight that tenon sends for a get, prepared, from many connections.
class Pgbench {
 public:
  /// `program` is looked for on the path.
  [[nodiscard]] static bool installed();

  /// `id` is the key of a row of `tenant`.
  Pgbench(std::string url, std::string tenant, std::string id);
  Pgbench(const Pgbench&) = delete;
  Pgbench& operator=(const Pgbench&) = delete;
  ~Pgbench();

  /// Seconds for one get at full throughput, through a second that follows one in which the server's new
  /// processes fill their caches. Throws std::runtime_error when pgbench fails.
  [[nodiscard]] double seconds_per_get(std::size_t connections) const;

 private:
  std::string url_;
  std::string tenant_;
  std::string id_;
  std::string script_;
};

}  // namespace tenon_bench
