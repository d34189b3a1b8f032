#include "soci_pool.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <stdexcept>

#include <libpq-fe.h>

namespace tenon_bench {

struct SociPool::Impl {
  explicit Impl(std::size_t size) : pool(size) {}
  soci::connection_pool pool;
};

SociPool::SociPool(const std::string& url, std::size_t size) : impl_(std::make_unique<Impl>(size)) {
  for (std::size_t i = 0; i < size; ++i) impl_->pool.at(i).open(soci::postgresql, url);
}

SociPool::~SociPool() = default;

void SociPool::lease(const char* sql) {
  soci::session session(impl_->pool);
  if (sql == nullptr) return;
  // The very call that the others make, so that only the pools differ.
  PGconn* const handle = static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
  PGresult* const result = PQexec(handle, sql);
  const bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
  PQclear(result);
  if (!good) throw std::runtime_error(PQerrorMessage(handle));
}

}  // namespace tenon_bench
