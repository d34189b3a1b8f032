#include "direct_url.hpp"

#include <CLI/CLI.hpp>

#include "session.hpp"

namespace tenon::cli {

void add_direct_url(CLI::App& command, Session& session) {
  command
      .add_option("--direct-url", session.migration_url,
                  "A URL past a pooler that changes sessions, or of the tables' owner")
      ->envname("TENON_MIGRATION_URL");
}

}  // namespace tenon::cli
