#include <tenon/backend/engine.hpp>
#include <tenon/error.hpp>

namespace tenon::backend {

std::unique_ptr<Subscription> Engine::listen(std::vector<std::string> /*channels*/,
                                             Subscriber /*subscriber*/) {
  throw Error(Error::Kind::unsupported,
              "listen: " + std::string(dialect().name()) + " cannot notify; PostgreSQL can");
}

BackupForm Engine::backup_form() const {
  throw Error(Error::Kind::unsupported,
              "backup: this backend for " + std::string(dialect().name()) + " makes none");
}

void Engine::write_backup(const std::string& /*path*/, const BackupOptions& /*options*/,
                          Deadline /*deadline*/) {
  (void)backup_form();
}

}  // namespace tenon::backend
