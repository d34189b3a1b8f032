#include "writer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tenon::sqlite {
namespace {

constexpr std::size_t largest_group = 256;

}  // namespace

Writer::~Writer() {
  checkpointer_.stop();  // its thread uses the connection, too
  connection_.checkpoint(SQLITE_CHECKPOINT_PASSIVE, std::chrono::milliseconds{0});
}

std::uint64_t Writer::execute(const backend::Call& call, std::string_view tenant,
                              std::chrono::milliseconds longest) {
  // Where FULL was asked for while a leader runs at NORMAL, that one shall not commit this.
  const bool groupable = !full_wanted_.load() || full_reached_.load();
  Entry entry(groupable);
  entry.call = &call;
  entry.tenant = tenant;
  const std::uint64_t changed = submit(entry, groupable, longest);
  if (!entry.put_off) return changed;
  Entry alone(false);
  alone.call = &call;
  alone.tenant = tenant;
  return submit(alone, false, longest);
}

std::uint64_t Writer::insert(const backend::BatchInsert& batch, std::chrono::milliseconds longest) {
  constexpr bool groupable =
      false;  // its rows come from the host, who expects to be asked in its own thread
  Entry entry(groupable);
  entry.batch = &batch;
  return submit(entry, groupable, longest);
}

void Writer::settle() {
  connection_.renew_pragmas();
  if (full_wanted_.load() && !full_reached_.load()) {
    connection_.make_fully_synchronous();
    full_reached_.store(true);
  }
}

std::uint64_t Writer::submit(Entry& entry, bool groupable, std::chrono::milliseconds longest) {
  if (queue_.enter(entry, {entry.deadline(), longest, entry.subject()})) lead(entry, groupable);
  if (entry.error) std::rethrow_exception(std::exchange(entry.error, nullptr));
  return entry.changed;
}

void Writer::lead(Entry& own, bool groupable) {
  std::vector<WriterQueue::Ticket*> tickets;
  try {
    settle();
    const CommitPace::Timing timing(pace_);
    if (groupable && queue_.expects_company()) {
      run_together(own, tickets);
    } else {
      run_alone(connection_, own);
    }
  } catch (...) {  // out of memory; nobody may be left waiting
    connection_.rollback();
    own.error = std::current_exception();
    for (WriterQueue::Ticket* ticket : tickets) static_cast<Entry*>(ticket)->error = own.error;
  }
  checkpointer_.after_commit();
  queue_.leave(tickets);
}

void Writer::run_together(Entry& own, std::vector<WriterQueue::Ticket*>& tickets) {
  const WriterQueue::Company company = queue_.company(pace_.longest_wait());
  const auto join = [&](std::vector<WriteRequest*>& requests) {
    const std::size_t before = tickets.size();
    queue_.await_another(company, before);
    // One by one: those that still wait mind their own deadlines.
    queue_.gather(tickets, std::min(largest_group, before + 1));
    requests.reserve(requests.size() + tickets.size() - before);
    for (std::size_t i = before; i < tickets.size(); ++i)
      requests.push_back(static_cast<Entry*>(tickets[i]));
  };
  const auto late = [&](WriteRequest& request) {
    if (&request == &own) return;
    WriterQueue::Ticket* const ticket = static_cast<Entry*>(&request);
    std::erase(tickets, ticket);
    queue_.finish({&ticket, 1});
  };
  run_group(connection_, own, join, late);
}

Writer::Lease::Lease(std::shared_ptr<Writer> writer, const WriterQueue::Patience& patience)
    : writer_(std::move(writer)) {
  WriterQueue::Ticket ticket(false);
  // A ticket that is not groupable is never finished by another leader.
  (void)writer_->queue_.enter(ticket, patience);
  try {
    writer_->settle();
  } catch (...) {
    writer_->queue_.leave();
    throw;
  }
}

Writer::Lease::~Lease() {
  if (!writer_) return;
  if (forks_ != tenon::detail::fork_count()) {  // in a child: to roll back would undo the parent's work
    new std::shared_ptr<Writer>(std::move(writer_));
    return;
  }
  writer_->connection_.rollback();
  writer_->checkpointer_.after_commit();
  writer_->queue_.leave();
}

}  // namespace tenon::sqlite
