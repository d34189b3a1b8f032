#include "outcome.hpp"

#include <string>
#include <utility>

namespace tenon::postgres {

namespace {

Error make(Error::Kind kind, const Terms& terms, const std::string& text,
           const std::string& sqlstate = {}) {
  Error::Detail detail;
  detail.sqlstate = sqlstate;
  detail.statement = terms.operation;
  return Error(kind, std::string(terms.operation) + ": " + text, std::move(detail));
}

Error unknown(const Terms& terms, const std::string& why) {
  return make(
      Error::Kind::outcome_unknown, terms,
      why + " before the commit was confirmed; look whether the change is there before you repeat it");
}

// PgBouncer's word for a client that got no server in time; nothing was sent to one.
bool waited_for_a_server(const ServerError& error) noexcept {
  return error.message.starts_with("query_wait_timeout");
}

Error bind_error(const ServerError& error, const Terms& terms) {
  Error::Detail detail;
  detail.sqlstate = error.sqlstate;
  detail.statement = terms.operation;
  detail.hint = error.hint;
  const Error::Kind kind =
      error.sqlstate == "42704" ? Error::Kind::invalid_argument : Error::Kind::permission_denied;
  const std::string_view remedy =
      is_about_set_config(error.message)
          ? grant_set_config
          : "run db.migrate() with a login that may create roles, or the SQL script docs/roles.sql";
  return Error(kind,
               std::string(terms.operation) + ": the tenant's database role cannot be taken (" +
                   error.message + "); " + std::string(remedy),
               std::move(detail));
}

Error write_error(const ServerError& error, const Terms& terms) {
  return make(Error::Kind::read_only, terms,
              "query and query_one may not write (" + error.message +
                  "); run SQL that writes, or calls what writes, with execute or execute_returning",
              error.sqlstate);
}

}  // namespace

Error error_of(const Landing& landing, const Terms& terms) {
  const bool may_have_committed = terms.writes && terms.commits;
  if (landing.error) {
    const ServerError& error = *landing.error;
    const bool at_the_end = landing.failed_step == Step::sync || landing.failed_step == Step::commit;
    if (is_connection_loss(error) && may_have_committed && at_the_end) {
      return unknown(terms, "the server ended the connection");
    }
    if (may_have_committed && !is_of_the_server(error) && !waited_for_a_server(error)) {
      return unknown(terms, "the server's answer was lost (" + error.message + ")");
    }
    if (landing.cancelled && error.sqlstate == "57014") {
      return make(Error::Kind::timeout, terms, "no answer before the deadline; the statement was cancelled",
                  error.sqlstate);
    }
    if (landing.failed_step == Step::bind && error.sqlstate != "22021" && !is_connection_loss(error) &&
        (error.sqlstate.starts_with("22") || error.sqlstate.starts_with("42"))) {
      return bind_error(error, terms);
    }
    if (terms.raw_read && error.sqlstate == "25006") return write_error(error, terms);
    return to_error(error, terms.operation);
  }
  switch (landing.end) {
    case Landing::End::complete:
      return unknown(terms,
                     "committed on this server, but the wait for its synchronous replica was cancelled");
    case Landing::End::timed_out:
      if (may_have_committed && !landing.not_dispatched) return unknown(terms, "the server fell silent");
      return make(Error::Kind::timeout, terms, "no answer before the deadline, nor to the cancellation");
    case Landing::End::lost:
      break;
  }
  if (may_have_committed && !landing.not_dispatched) return unknown(terms, "the connection was lost");
  return make(Error::Kind::unavailable, terms, "the connection was lost; nothing was committed");
}

[[gnu::hot]] void require_ok(const Landing& landing, const Terms& terms) {
  if (!landing.ok() || (landing.unreplicated && terms.writes && terms.commits))
    throw error_of(landing, terms);
}

bool untouched(const Landing& landing) noexcept {
  if (landing.error) {
    return landing.first_step_failed &&
           (is_of_the_server(*landing.error) ? is_connection_loss(*landing.error)
                                             : waited_for_a_server(*landing.error));
  }
  return landing.not_dispatched;
}

}  // namespace tenon::postgres
