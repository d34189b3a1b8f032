#include <tenon/backend/engine.hpp>
#include <tenon/error.hpp>

namespace tenon::backend {

std::unique_ptr<Subscription> Engine::listen(std::vector<std::string> /*channels*/,
                                             Subscriber /*subscriber*/) {
  throw Error(Error::Kind::unsupported,
              "listen: " + std::string(dialect().name()) + " cannot notify; PostgreSQL can");
}

}  // namespace tenon::backend
