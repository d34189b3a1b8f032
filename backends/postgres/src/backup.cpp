#include "backup.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <tenon/detail/owner_only_file.hpp>
#include <tenon/error.hpp>

#include "child_process.hpp"
#include "error_map.hpp"
#include "handles.hpp"
#include "own_session.hpp"
#include "probe.hpp"

namespace tenon::postgres {
namespace {

using Kind = Error::Kind;

// Tables that pg_dump would write and the login may not read as a whole: row-level security holds it, or it
// has no privilege. An extension's tables belong to the extension.
constexpr auto unreadable_sql =
    "select n.nspname || '.' || c.relname from pg_catalog.pg_class c "
    "join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
    "where c.relkind in ('r', 'p') and c.relpersistence <> 't' "
    "and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' "
    "and (pg_catalog.row_security_active(c.oid) or not pg_catalog.has_table_privilege(c.oid, 'select')) "
    "and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass "
    "and d.objid = c.oid and d.deptype = 'e') order by 1 limit 1";

constexpr auto other_login =
    "; let a login back up that owns all tables or has BYPASSRLS, with migration_url";

// pg_dump's custom format begins so (pg_backup_archiver.c, WriteHead).
void require_archive(const std::string& path, const std::string& program) {
  constexpr std::string_view mark = "PGDMP";
  std::array<char, mark.size()> head{};
  const UniqueDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t got = ::read(file.get(), head.data(), head.size());
  if (got == static_cast<ssize_t>(head.size()) && std::string_view(head.data(), head.size()) == mark)
    return;
  throw Error(Kind::unavailable, "backup: " + program + " ended well, but wrote no archive to " + path +
                                     "; does it run where this path is another file?");
}

// What it wrote is made of messages, of which the first error says why.
std::string first_error(std::string_view text) {
  constexpr std::string_view mark = "error: ";
  if (const std::size_t at = text.find(mark); at != std::string_view::npos)
    text.remove_prefix(at + mark.size());
  std::string line(text.substr(0, text.find('\n')));
  return line.empty() ? "it said nothing" : line;
}

// Its messages in English, as LC_ALL=C has them (pg_dump.c, connectdb.c).
Error failure(const std::string& program, const ChildProcess::End& end) {
  static constexpr std::array kinds{std::pair{"row-level security", Kind::permission_denied},
                                    std::pair{"permission denied", Kind::permission_denied},
                                    std::pair{"server version mismatch", Kind::unsupported}};
  const std::string why = first_error(end.errors);
  const auto* const known =
      std::ranges::find_if(kinds, [&](const auto& kind) { return why.find(kind.first) != why.npos; });
  const Kind kind = known == kinds.end() ? Kind::unavailable : known->second;
  std::string remedy;
  if (is_about_set_config(why)) {
    remedy = "; " + std::string(grant_set_config);
  } else if (kind == Kind::permission_denied) {
    remedy = other_login;
  }
  if (kind == Kind::unsupported) remedy = "; name a newer one in BackupOptions::pg_dump";
  return {kind, "backup: " + program + " failed: " + why + remedy};
}

}  // namespace

void require_all_rows(const ConnectTarget& target, backend::Deadline deadline,
                      const std::stop_token& stop) {
  const auto connect = [&] { return target.connect(deadline, stop); };
  ConnectionHandle connection = connect();
  if (!keeps_its_session(connection.get(), connect, deadline))
    throw behind_transaction_pooler(
        "pg_dump needs a session of the server; give a direct URL in PostgresOptions::migration_url");
  const auto unreadable = Probe(std::move(connection), "backup").query(unreadable_sql, {}, deadline);
  if (unreadable.empty()) return;
  throw Error(Kind::permission_denied, "backup: row-level security or privileges keep rows of " +
                                           unreadable.front().front().value_or("a table") +
                                           " from the login" + other_login);
}

void dump(const ConnectTarget& target, const std::string& path, const std::string& program,
          tenon::detail::FunctionRef<void()> go_on) {
  const ConnectTarget::ProgramLogin login = target.program_login();
  std::vector<std::string> environment{"LC_ALL=C"};
  if (login.password) environment.push_back("PGPASSWORD=" + *login.password);
  tenon::detail::make_owner_only_file(path, "backup");
  ChildProcess child({program, "--format=custom", "--no-password", "--file=" + path,
                      "--dbname=" + login.connection_string},
                     environment);
  const ChildProcess::End end = child.wait(go_on);
  if (end.exit_code != 0) throw failure(program, end);
  require_archive(path, program);
}

}  // namespace tenon::postgres
