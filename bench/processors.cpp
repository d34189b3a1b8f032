#include "processors.hpp"

#include <cstddef>
#include <filesystem>
#include <sched.h>
#include <string>

#include <unistd.h>

namespace tenon_bench {

namespace {

std::size_t processor_count() {
  return static_cast<std::size_t>(sysconf(_SC_NPROCESSORS_ONLN));
}

cpu_set_t range(std::size_t first, std::size_t end) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (std::size_t i = first; i < end; ++i) CPU_SET(i, &set);
  return set;
}

cpu_set_t last_processor() {
  return range(processor_count() - 1, processor_count());
}

cpu_set_t all_processors() {
  return range(0, processor_count());
}

// New threads inherit from the one that makes them, so those that are there are all that matter.
void keep_to(const cpu_set_t& set) {
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task"))
    (void)sched_setaffinity(std::stoi(thread.path().filename()), sizeof set, &set);
}

}  // namespace

void Processors::keep() {
  keep_to(last_processor());
}

bool Processors::keep(pid_t server, Server where) {
  const cpu_set_t set = where == Server::beside || processor_count() == 1 ? last_processor()
                                                                          : range(0, processor_count() - 1);
  if (sched_setaffinity(server, sizeof set, &set) != 0) return false;
  keep();
  return true;
}

void Processors::release() {
  keep_to(all_processors());
}

void Processors::release(pid_t server) {
  const cpu_set_t set = all_processors();
  (void)sched_setaffinity(server, sizeof set, &set);
  release();
}

}  // namespace tenon_bench
