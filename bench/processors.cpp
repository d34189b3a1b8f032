#include "processors.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <string>
#include <utility>
#include <vector>

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

// What it forked while it was kept has inherited that.
std::vector<pid_t> children_of(pid_t process) {
  const std::string number = std::to_string(process);
  std::ifstream list("/proc/" + number + "/task/" + number + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

bool is_postgres(pid_t process) {
  std::string name;
  std::ifstream("/proc/" + std::to_string(process) + "/comm") >> name;
  return name == "postgres";
}

}  // namespace

void Processors::keep() {
  keep_to(last_processor());
}

void Processors::release() {
  keep_to(all_processors());
}

KeptServer::KeptServer(pid_t process, Place place)
    : process_(process),
      place_(place),
      known_(is_postgres(process) && sched_getaffinity(process, sizeof before_, &before_) == 0) {}

bool KeptServer::keep() {
  if (!known_) return false;
  const cpu_set_t set = place_ == Place::beside || processor_count() == 1 ? last_processor()
                                                                          : range(0, processor_count() - 1);
  kept_ = sched_setaffinity(process_, sizeof set, &set) == 0;
  return kept_;
}

void KeptServer::release() {
  if (!std::exchange(kept_, false)) return;
  (void)sched_setaffinity(process_, sizeof before_, &before_);
  for (const pid_t child : children_of(process_)) (void)sched_setaffinity(child, sizeof before_, &before_);
}

}  // namespace tenon_bench
