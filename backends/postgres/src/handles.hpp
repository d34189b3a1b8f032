#pragma once

#include <memory>
#include <utility>

#include <libpq-fe.h>
#include <unistd.h>

namespace tenon::postgres {

struct Release {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  void operator()(PGresult* result) const noexcept { PQclear(result); }
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
  void operator()(PGcancel* cancel) const noexcept { PQfreeCancel(cancel); }
};

/// Owns a descriptor; below zero: none.
class UniqueDescriptor {
 public:
  explicit UniqueDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  UniqueDescriptor(UniqueDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  UniqueDescriptor& operator=(UniqueDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~UniqueDescriptor() { close(); }
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  void close() noexcept {
    if (const int descriptor = std::exchange(descriptor_, -1); descriptor >= 0) ::close(descriptor);
  }

 private:
  int descriptor_;
};

using ConnectionHandle = std::unique_ptr<PGconn, Release>;
using ResultHandle = std::unique_ptr<PGresult, Release>;
using OptionsHandle = std::unique_ptr<PQconninfoOption, Release>;

}  // namespace tenon::postgres
