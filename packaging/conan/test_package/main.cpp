#include <iostream>
#include <span>

#include <tenon/tenon.hpp>

#ifdef HAS_PROMETHEUS
#include <tenon/observers/prometheus.hpp>
#endif

// The package can be compiled against and linked, and each backend of it has registered itself.

namespace example {
std::span<const tenon::EmbeddedMigration> migrations();
}

namespace {

// What opening `url` fails with.
tenon::Error::Kind failure(const char* url) {
  try {
    (void)tenon::Database::open(url);
  } catch (const tenon::Error& error) {
    std::cout << url << ": " << error.what() << '\n';
    return error.kind();
  }
  throw std::runtime_error("no error");
}

}  // namespace

int main() {
  using Kind = tenon::Error::Kind;
  bool good = example::migrations().size() == 1 && failure("nosuchscheme:x") == Kind::unsupported;
#ifdef HAS_SQLITE
  auto db = tenon::Database::open("sqlite::memory:");
  db.migrate();
  const tenon::PolicyStore policies(db.scope(tenon::TenantContext("acme")));
  policies.insert({.id = "cap", .name = "Cap", .description = "", .budget = 1000.0});
  good = good && policies.count() == 1;
#endif
#ifdef HAS_PROMETHEUS
  good = good && tenon::PrometheusObserver().collectable() != nullptr;
#endif
#ifdef HAS_POSTGRES
  good = good && failure("postgresql://nobody@127.0.0.1:1/none") == Kind::unavailable;
#endif
  std::cout << (good ? "tenon works\n" : "tenon does not work\n");
  return good ? 0 : 1;
}
