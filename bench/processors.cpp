#include "processors.hpp"

#include <filesystem>
#include <sched.h>
#include <string>

#include <unistd.h>

namespace tenon_bench {

namespace {

cpu_set_t last_processor() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(sysconf(_SC_NPROCESSORS_ONLN) - 1), &set);
  return set;
}

cpu_set_t all_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (long i = 0; i < sysconf(_SC_NPROCESSORS_ONLN); ++i) CPU_SET(static_cast<std::size_t>(i), &set);
  return set;
}

// New threads inherit from the one that makes them, so those that are there are all that matter.
void keep_to(const cpu_set_t& set) {
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task"))
    (void)sched_setaffinity(std::stoi(thread.path().filename()), sizeof set, &set);
}

}  // namespace

void OneProcessor::take() {
  keep_to(last_processor());
}

bool OneProcessor::take(pid_t server) {
  const cpu_set_t set = last_processor();
  if (sched_setaffinity(server, sizeof set, &set) != 0) return false;
  take();
  return true;
}

void OneProcessor::leave() {
  keep_to(all_processors());
}

void OneProcessor::leave(pid_t server) {
  const cpu_set_t set = all_processors();
  (void)sched_setaffinity(server, sizeof set, &set);
  leave();
}

}  // namespace tenon_bench
