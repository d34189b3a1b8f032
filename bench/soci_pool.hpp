#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace tenon_bench {

/// SOCI's connection_pool over its PostgreSQL sessions.
class SociPool {
 public:
  SociPool(const std::string& url, std::size_t size);
  ~SociPool();

  /// Takes a connection, runs the statement on it unless it is null, and gives it back.
  void lease(const char* sql);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenon_bench
