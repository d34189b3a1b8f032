#pragma once

#include <span>
#include <string>
#include <vector>

#include <sqlite3.h>

#include <tenon/finding.hpp>

namespace tenon::sqlite {

// What docs/tenancy.md lists under "How to audit it" for SQLite. Each adds to `findings`.

// The schema `main`: tables with a tenant column, and what else reads them. The columns' names in lower
// case, as in GuardOptions. Throws Error.
void add_schema_findings(sqlite3* db, std::span<const std::string> tenant_columns,
                         std::vector<Finding>& findings);
// Who on this machine may read or replace the file, its log, and its directory.
void add_file_findings(const std::string& path, std::vector<Finding>& findings);
void add_directory_findings(const std::string& path, std::vector<Finding>& findings);
// Faults of the SQLite library, by its version as sqlite3_libversion_number() gives it.
void add_version_findings(int version, std::vector<Finding>& findings);

// Errors before warnings, each by name and object.
void errors_first(std::vector<Finding>& findings);

}  // namespace tenon::sqlite
