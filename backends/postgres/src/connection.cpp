#include "connection.hpp"

#include <algorithm>
#include <fcntl.h>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include <tenon/backend/round_trips.hpp>
#include <tenon/error.hpp>

#include "cancel.hpp"

namespace tenon::postgres {

Connection::Connection(ConnectionHandle handle, std::size_t statement_cache, SchemaChanges schema_changes)
    : handle_(std::move(handle)),
      cancel_key_(cancel_key(handle_.get())),
      socket_(::fcntl(PQsocket(handle_.get()), F_DUPFD_CLOEXEC, 0)),
      schema_changes_(std::move(schema_changes)),
      schema_changes_seen_(schema_changes_->load(std::memory_order_relaxed)),
      statements_(statement_cache) {
  PQsetNoticeReceiver(raw(), &Connection::on_notice, this);
  if (PQsetnonblocking(raw(), 1) != 0 || !enter_pipeline()) {
    throw Error(Error::Kind::internal, "libpq refuses a non-blocking pipeline: " + failure_text());
  }
}

[[gnu::hot]] bool Connection::lost() const noexcept {
  return PQstatus(raw()) != CONNECTION_OK || inherited();
}

[[gnu::hot]] bool Connection::usable() noexcept {
  return !given_up_ && !lost() && PQpipelineStatus(raw()) == PQ_PIPELINE_ON &&
         PQtransactionStatus(raw()) == PQTRANS_IDLE;
}

bool Connection::peek() noexcept {
  if (!usable()) return false;
  // A server that went away has left its farewell, an end of file or both in the socket.
  while (wait_socket(PQsocket(raw()), true, false, backend::Deadline{}) != Wait::timed_out) {
    if (PQconsumeInput(raw()) != 1 || PQisBusy(raw()) != 0 || given_up_ || lost()) return false;
  }
  return true;
}

bool Connection::ping(backend::Deadline deadline) {
  if (PQpipelineSync(raw()) != 1) return false;
  backend::count_round_trip();
  ResultHandle result;
  do {
    if (next(deadline, result) != Wait::ready || !result) {
      give_up();
      return false;
    }
  } while (PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC);
  return true;
}

void Connection::note_schema_change() {
  heed_schema_changes();
  schema_changes_seen_ = schema_changes_->fetch_add(1, std::memory_order_relaxed) + 1;
}

[[gnu::hot]] void Connection::heed_schema_changes() {
  const std::uint32_t now = schema_changes_->load(std::memory_order_relaxed);
  if (now == schema_changes_seen_) return;
  statements_.discard_all();
  schema_changes_seen_ = now;
}

std::function<void()> Connection::canceller() {
  return [key = cancel_key_] { (void)request_cancel(key, std::chrono::milliseconds{0}); };
}

void Connection::kill() noexcept {
  ::shutdown(socket_.get(), SHUT_RDWR);
}

// PQfinish would end the parent's session with a farewell; the child's end of the socket is closed, so that
// the server can tell when the parent is gone.
void Connection::abandon() noexcept {
  const int own = PQsocket(raw());  // below zero once libpq has closed it
  (void)handle_.release();
  if (own >= 0) ::close(own);
  socket_.close();
}

Wait Connection::flush(backend::Deadline deadline) noexcept {
  for (;;) {
    const int left = PQflush(raw());
    if (left == 0) return Wait::ready;
    if (left < 0) return Wait::lost;
    const Wait wait = wait_socket(PQsocket(raw()), true, true, deadline);
    if (wait != Wait::ready) return wait;
    if (PQconsumeInput(raw()) != 1) return Wait::lost;
  }
}

[[gnu::hot]] Wait Connection::await(backend::Deadline deadline) noexcept {
  if (PQstatus(raw()) != CONNECTION_OK) return Wait::lost;
  const int left = PQflush(raw());
  const Wait wait = wait_socket(PQsocket(raw()), true, left > 0, deadline);
  if (wait == Wait::ready && PQconsumeInput(raw()) != 1) return Wait::lost;
  return wait;
}

[[gnu::hot]] Wait Connection::next(backend::Deadline deadline, ResultHandle& result) noexcept {
  result.reset();
  while (PQisBusy(raw()) != 0) {
    const Wait wait = await(deadline);
    if (wait == Wait::ready) continue;
    if (PQstatus(raw()) == CONNECTION_OK) return wait;
    break;  // the results so far are still to be read
  }
  result.reset(PQgetResult(raw()));
  if (!result && lost()) return Wait::lost;
  return Wait::ready;
}

bool Connection::cancel() noexcept {
  if (request_cancel(cancel_key_, cancel_patience)) return true;
  give_up();
  return false;
}

bool Connection::leave_pipeline() noexcept {
  return PQexitPipelineMode(raw()) == 1;
}

bool Connection::enter_pipeline() noexcept {
  return PQenterPipelineMode(raw()) == 1;
}

std::string Connection::failure_text() const {
  std::string text = PQerrorMessage(raw());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

bool Connection::utf8_server() const noexcept {
  const char* const encoding = PQparameterStatus(handle_.get(), "server_encoding");
  return encoding != nullptr && std::string_view(encoding) == "UTF8";
}

bool Connection::standard_strings() const noexcept {
  const char* const setting = PQparameterStatus(handle_.get(), "standard_conforming_strings");
  return setting != nullptr && std::string_view(setting) == "on";
}

[[gnu::hot]] bool Connection::take_unreplicated_commit() noexcept {
  return std::exchange(unreplicated_commit_, false);
}

void Connection::on_notice(void* self, const PGresult* notice) noexcept {
  // src/backend/replication/syncrep.c warns when a commit stops to wait for its replica.
  auto& connection = *static_cast<Connection*>(self);
  const char* const function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
  if (function != nullptr && std::string_view(function) == "SyncRepWaitForLSN") {
    connection.unreplicated_commit_ = true;
  }
  const char* const severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity != nullptr && std::string_view(severity) == "FATAL")
    connection.give_up();  // said while idle
}

}  // namespace tenon::postgres
