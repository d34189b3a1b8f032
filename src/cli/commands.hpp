#pragma once

namespace CLI {
class App;
}

namespace tenon::cli {

class Session;

// Each adds a command to the program. Its work is done in CLI11's callback, on the session, which has to
// outlive the program's App.
void add_migrate_command(CLI::App& program, Session& session);
void add_policy_command(CLI::App& program, Session& session);
void add_analysis_command(CLI::App& program, Session& session);
void add_incident_command(CLI::App& program, Session& session);
void add_import_command(CLI::App& program, Session& session);
void add_export_command(CLI::App& program, Session& session);
void add_doctor_command(CLI::App& program, Session& session);
void add_operations_commands(CLI::App& program, Session& session);
void add_backup_command(CLI::App& program, Session& session);
void add_bench_command(CLI::App& program, Session& session);
void add_report_command(CLI::App& program, Session& session);

}  // namespace tenon::cli
