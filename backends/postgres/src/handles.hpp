#pragma once

#include <memory>

#include <libpq-fe.h>

namespace tenon::postgres {

struct Release {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  void operator()(PGresult* result) const noexcept { PQclear(result); }
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
  void operator()(PGcancel* cancel) const noexcept { PQfreeCancel(cancel); }
};

using ConnectionHandle = std::unique_ptr<PGconn, Release>;
using ResultHandle = std::unique_ptr<PGresult, Release>;
using OptionsHandle = std::unique_ptr<PQconninfoOption, Release>;

}  // namespace tenon::postgres
