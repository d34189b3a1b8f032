#include <map>
#include <mutex>
#include <string>

#include <tenon/backend/registry.hpp>
#include <tenon/error.hpp>

namespace tenon::backend {
namespace {

struct Registry {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Driver>, std::less<>> drivers;
};

// Made on first use, so that a backend may register itself before main().
Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

void register_driver(std::shared_ptr<const Driver> driver) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  for (const std::string_view scheme : driver->schemes())
    all.drivers.insert_or_assign(std::string(scheme), driver);
}

std::shared_ptr<const Driver> known_driver(std::string_view scheme) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto found = all.drivers.find(scheme);
  return found != all.drivers.end() ? found->second : nullptr;
}

std::shared_ptr<const Driver> find_driver(std::string_view scheme) {
  if (auto driver = known_driver(scheme)) return driver;
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  std::string known;
  for (const auto& entry : all.drivers) known += (known.empty() ? "" : ", ") + entry.first;
  throw Error(Error::Kind::unsupported,
              "no backend for database URLs that begin with '" + std::string(scheme) + ":'; " +
                  (known.empty() ? "link tenon::sqlite or tenon::postgres" : "this program has: " + known));
}

}  // namespace tenon::backend
