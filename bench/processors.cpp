#include "processors.hpp"

#include <filesystem>
#include <sched.h>
#include <string>

#include <unistd.h>

namespace tenon_bench {

namespace {

// New threads inherit from the one that makes them, so those that are there are all that matter.
bool keep_to(const cpu_set_t& set, pid_t server) {
  if (sched_setaffinity(server, sizeof set, &set) != 0) return false;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task"))
    (void)sched_setaffinity(std::stoi(thread.path().filename()), sizeof set, &set);
  return true;
}

}  // namespace

bool OneProcessor::take(pid_t server) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(sysconf(_SC_NPROCESSORS_ONLN) - 1), &set);
  return keep_to(set, server);
}

void OneProcessor::leave(pid_t server) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (long i = 0; i < sysconf(_SC_NPROCESSORS_ONLN); ++i) CPU_SET(static_cast<std::size_t>(i), &set);
  (void)keep_to(set, server);
}

}  // namespace tenon_bench
