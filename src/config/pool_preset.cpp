#include <tenon/pool_preset.hpp>

namespace tenon {

using namespace std::chrono_literals;

PoolOptions pool_options(PoolPreset preset) {
  PoolOptions options;
  switch (preset) {
    case PoolPreset::development:
      options.size = 1;
      options.max_overflow = 4;
      options.acquire_timeout = 5s;
      options.connect_timeout = 5s;
      options.leak_after = 10s;
      break;
    case PoolPreset::high_load:
      options.size = 20;
      options.max_overflow = 10;
      options.min_idle = 5;
      options.acquire_timeout = 5s;
      options.connect_timeout = 5s;
      break;
    case PoolPreset::single_worker:
      options.size = 1;
      options.max_overflow = 1;
      break;
  }
  return options;
}

}  // namespace tenon
