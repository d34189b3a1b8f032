#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include <tenon/config.hpp>
#include <tenon/detail/function_ref.hpp>

#include "../engine.hpp"
#include "directory.hpp"
#include "journal.hpp"
#include "open_files.hpp"

namespace tenon::sqlite {

// The files of a directory: one for each tenant, and the schema file.
//
// Thread safety: all members may be called from any thread.
class TenantFiles {
 public:
  TenantFiles(const std::string& directory, const Config& config);

  [[nodiscard]] Engine& schema() noexcept { return *schema_; }
  [[nodiscard]] const Directory& directory() const noexcept { return directory_; }

  // The tenant's file; an empty Use when there is none. The schema file answers as an empty one would.
  [[nodiscard]] OpenFiles::Use existing(std::string_view tenant, backend::Deadline deadline,
                                        std::string_view subject);
  // The tenant's file, made when there is none. Throws Error (schema_mismatch) before anything was
  // migrated.
  [[nodiscard]] OpenFiles::Use made(std::string_view tenant, backend::Deadline deadline,
                                    std::string_view subject);

  // Throws Error (schema_mismatch) before anything was migrated.
  void require_schema(std::string_view subject) const;

  // Calls the visitor with each tenant's file, in the order of their names; false ends it.
  using Visitor = tenon::detail::FunctionRef<bool(Engine& file, const std::string& path)>;
  void for_each(backend::Deadline deadline, std::string_view subject, Visitor visit);
  // Does in every tenant's file what the journal says; throws the first Error when it has tried them all. A
  // file that could not be brought up is before its next use.
  void bring_all_up();
  void rehearse_all(std::span<const JournalEntry> entries);

  // Of the schema file and all tenants' files that are open.
  [[nodiscard]] PoolStats stats();
  // As backend::Engine::drain().
  bool drain(backend::Deadline deadline) noexcept;
  void close() noexcept;

 private:
  [[nodiscard]] std::unique_ptr<Engine> open(const std::string& tenant);
  // Opened where it is not, and brought up where it is behind.
  [[nodiscard]] OpenFiles::Use brought_up(std::string_view tenant, backend::Deadline deadline,
                                          std::string_view subject);
  [[nodiscard]] bool is_behind(std::string_view tenant);
  void note_behind(const std::string& tenant, bool behind);
  [[nodiscard]] std::string tenant_of(const std::string& name) const;

  const Config config_;
  Directory directory_;
  std::unique_ptr<Engine> schema_;
  Journal journal_;
  OpenFiles open_;
  std::mutex catching_up_;  // so that what a migration finds out meanwhile is noted after it
  std::atomic<bool> some_are_behind_{false};
  std::mutex behind_mutex_;
  std::set<std::string, std::less<>> behind_;  // tenants
};

}  // namespace tenon::sqlite
