#include <tenon/backend/maintenance.hpp>
#include <tenon/error.hpp>

namespace tenon::backend {

void Maintenance::copy_in(std::string_view /*sql*/, std::string_view /*data*/) {
  throw Error(Error::Kind::unsupported, "this database has no statement that takes rows from its client");
}

}  // namespace tenon::backend
