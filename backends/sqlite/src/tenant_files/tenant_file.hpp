#pragma once

#include <span>
#include <string>
#include <string_view>

#include <tenon/detail/function_ref.hpp>

#include "journal.hpp"

namespace tenon::sqlite {

// Does `work`, and names the file in an Error of it that does not.
void naming_the_file(const std::string& path, tenon::detail::FunctionRef<void()> work);

// Does `work`, and leaves the file's path out of an Error of it, for the path tells the tenant's id, which
// no error of a tenant's call does: observers pass its text on.
void hiding_the_file(const std::string& path, tenon::detail::FunctionRef<void()> work);

// Makes a tenant's opened file ready: records in a new one whose it is, and does what the journal says and
// was not done in it yet, in the journal's transactions. `path` is for messages.
//
// The journal is read while the file's write lock is held. Whoever adds to the journal looks for files
// afterwards, so that each file, however new, gets each entry from the one or the other.
//
// Throws Error: permission_denied for the file of another tenant, schema_mismatch for one of another
// directory or ahead of the journal, corrupt for a file that is no tenant's, and what an entry raised.
void bring_up(Engine& file, const std::string& path, std::string_view tenant, const Journal& journal);

// Does the entries in the file and takes them back. Throws what an entry raised.
void rehearse(Engine& file, const std::string& path, std::span<const JournalEntry> entries);

// The tenant that a file says it belongs to; nothing in a file that was never used. Throws Error.
[[nodiscard]] std::optional<std::string> recorded_tenant(const std::string& path);

}  // namespace tenon::sqlite
