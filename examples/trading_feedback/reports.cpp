#include "reports.hpp"

#include <iomanip>
#include <iostream>

#include <tenon/repository.hpp>

#include "../common/output.hpp"
#include "entities.hpp"

using namespace trading;
using tenon::field;
using tenon::Repository;

void print_report(const tenon::TenantScope& desk) {
  std::cout << std::fixed << std::setprecision(4);
  const Repository<ThompsonArm> arms(desk);
  Repository<ProviderPerformance>(desk).for_each(tenon::all(), [&](const ProviderPerformance& provider) {
    const ThompsonArm arm = arms.get(provider.provider).value_or(ThompsonArm{});
    std::cout << std::left << std::setw(16) << provider.provider << std::right << std::setw(6)
              << provider.trades << " trades" << std::setw(6) << provider.wins << " won" << std::setw(10)
              << provider.profit << " profit  trusted " << arm.successes / (arm.successes + arm.failures)
              << '\n';
  });
  Repository<CacheStatistics>(desk).for_each(tenon::all(), [](const CacheStatistics& day) {
    std::cout << "cache " << tenon::to_string(day.day) << ": " << day.hits << " hits, " << day.misses
              << " misses\n";
  });
  const Repository<AuthEvent> audit(desk);
  std::cout << "let in " << audit.count(field<&AuthEvent::allowed> == true) << " times, turned away "
            << audit.count(field<&AuthEvent::allowed> == false) << " times\n";
}

void print_keys(const tenon::TenantScope& desk) {
  Repository<ApiKey>(desk).for_each(tenon::all(), [](const ApiKey& key) {
    std::cout << to_string(key.id) << "  " << common::printable(key.label) << ':';
    for (const std::string& permission : key.permissions) std::cout << ' ' << common::printable(permission);
    std::cout << (key.revoked_at ? " (revoked)\n" : "\n");
  });
}

std::uint64_t sweep_cache(const tenon::TenantScope& desk) {
  return Repository<CachedDecision>(desk).remove_where(field<&CachedDecision::expires_at> <= tenon::now());
}
