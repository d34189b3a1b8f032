#pragma once

#include <string>
#include <string_view>

#include <sqlite3.h>

#include <tenon/error.hpp>

namespace tenon::sqlite {

// Whether SQLite's own message may go into the error. It can hold values of a tenant's data (FTS5, a
// trigger's text), so on the data path only messages known to hold none are passed on.
// raw_sql: the host wrote the text, and the guard behind it must not show itself.
enum class Wording { data_path, maintenance, raw_sql };

// The Error for an extended result code (https://sqlite.org/rescode.html) that a call on `db` just gave;
// `db` may be null. `subject` begins the message: a statement's name or an operation. `deadline_passed`
// tells a timeout from a lock that another process holds.
[[nodiscard]] Error make_error(sqlite3* db, int code, std::string_view subject, bool deadline_passed,
                               Wording wording = Wording::data_path);

// Whether a commit failed when its pages, its mark with them, were in the log: the next who opens the file
// after a crash would find it there. A write that fails leaves out the mark, which comes last.
[[nodiscard]] bool failed_to_sync(int code) noexcept;
// The Error of such a commit.
[[nodiscard]] Error outcome_unknown(const Error& failure);

// The Error of a call whose deadline passed while it waited or ran.
[[nodiscard]] Error timeout_error(std::string_view subject, std::string_view waited_for);

// The Error of a call on a database that was closed.
[[nodiscard]] Error closed_error();

// "tenon_analyses(tenant_id, request_id)" from "UNIQUE constraint failed: tenon_analyses.tenant_id,
// tenon_analyses.request_id"; the name itself where SQLite tells a name.
[[nodiscard]] std::string constraint_of(std::string_view message);

}  // namespace tenon::sqlite
