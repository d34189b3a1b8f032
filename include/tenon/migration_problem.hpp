#pragma once

#include <cstdint>
#include <string>

#include <boost/describe/class.hpp>

namespace tenon {

/// Something that keeps a component's database and its migrations apart, as Migrator::validate() found it.
///
/// `code` is stable; an `Error` about the same carries it in `detail().code`:
///   migration-changed        an applied file has another text now
///   migration-vanished       an applied file is no longer in the source
///   migration-out-of-order   a pending file is older than the newest applied
///   database-newer           the database has versions beyond the newest of the source
///   migration-partial        a file outside a transaction stopped half-way
///   journal-changed          statements of such a file that ran already have another text now
///   invalid-index            a failed CREATE INDEX CONCURRENTLY left an index that cannot be used
///   migration-unreadable     a pending file's text cannot be taken apart into statements
struct MigrationProblem {
  std::string code;
  std::int64_t version = 0;  ///< 0: of no single migration
  std::string name;          ///< the migration's, or the index's
  std::string what;          ///< one sentence
  std::string remedy;        ///< what to do, with the command
};
BOOST_DESCRIBE_STRUCT(MigrationProblem, (), (code, version, name, what, remedy))

}  // namespace tenon
