#pragma once

namespace CLI {
class App;
}

namespace tenon::cli {

class Session;

/// The option --direct-url, TENON_MIGRATION_URL, of a command that works on the whole database.
void add_direct_url(CLI::App& command, Session& session);

}  // namespace tenon::cli
