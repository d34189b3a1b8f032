#include "connection.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <tenon/error.hpp>

#include "cancel.hpp"

namespace tenon::postgres {

Connection::Connection(ConnectionHandle handle, std::size_t statement_cache)
    : handle_(std::move(handle)), statements_(statement_cache) {
  PQsetNoticeReceiver(raw(), &Connection::on_notice, this);
  if (PQsetnonblocking(raw(), 1) != 0 || !enter_pipeline()) {
    throw Error(Error::Kind::internal, "libpq refuses a non-blocking pipeline: " + failure_text());
  }
}

bool Connection::lost() const noexcept {
  return PQstatus(raw()) != CONNECTION_OK;
}

bool Connection::usable() noexcept {
  if (given_up_ || lost() || PQpipelineStatus(raw()) != PQ_PIPELINE_ON ||
      PQtransactionStatus(raw()) != PQTRANS_IDLE) {
    return false;
  }
  if (std::exchange(settled_, false)) return true;
  // A server that went away has left its farewell, an end of file or both in the socket.
  while (wait_socket(PQsocket(raw()), true, false, backend::Deadline{}) != Wait::timed_out) {
    if (PQconsumeInput(raw()) != 1 || PQisBusy(raw()) != 0 || given_up_ || lost()) return false;
  }
  return true;
}

bool Connection::ping(backend::Deadline deadline) {
  if (PQpipelineSync(raw()) != 1) return false;
  ResultHandle result;
  do {
    if (next(deadline, result) != Wait::ready || !result) {
      give_up();
      return false;
    }
  } while (PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC);
  return true;
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

Wait Connection::next(backend::Deadline deadline, ResultHandle& result) noexcept {
  result.reset();
  while (PQisBusy(raw()) != 0) {
    const int left = PQflush(raw());
    const Wait wait = wait_socket(PQsocket(raw()), true, left > 0, deadline);
    if (wait != Wait::ready) return wait;
    if (PQconsumeInput(raw()) != 1) break;  // the results so far are still to be read
  }
  result.reset(PQgetResult(raw()));
  if (!result && lost()) return Wait::lost;
  return Wait::ready;
}

bool Connection::cancel() noexcept {
  if (request_cancel(raw(), cancel_patience)) return true;
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

bool Connection::standard_strings() const noexcept {
  const char* const setting = PQparameterStatus(handle_.get(), "standard_conforming_strings");
  return setting != nullptr && std::string_view(setting) == "on";
}

bool Connection::take_unreplicated_commit() noexcept {
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
