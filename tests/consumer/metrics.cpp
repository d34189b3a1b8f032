#include <iostream>

#include <tenon/database.hpp>
#include <tenon/observers/prometheus.hpp>

// Ends with 0 when the metrics are there, and a backend has registered itself.

int main() {
  if (!tenon::PrometheusObserver().collectable()) return 1;
  std::cout << "metrics for Prometheus, of " << tenon::Database::open("sqlite::memory:").version() << '\n';
  return 0;
}
