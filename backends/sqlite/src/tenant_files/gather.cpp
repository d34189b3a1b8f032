#include "gather.hpp"

#include <array>
#include <string>

#include "sorter.hpp"

namespace tenon::sqlite {
namespace {

using backend::Call;
using backend::Gathering;
using backend::Values;

class Gatherer {
 public:
  Gatherer(TenantFiles& files, const backend::Principal& principal, const Call& call)
      : files_(files), principal_(principal), call_(call) {}

  std::uint64_t sum() {
    std::int64_t total = 0;
    in_each_file([&total](Values row) {
      total += row[0].integral();
      return true;
    });
    const std::array row{backend::Value::integral(backend::Type::int64, total)};
    call_.rows(row);
    return 1;
  }

  std::uint64_t concatenation() {
    std::uint64_t count = 0;
    in_each_file([&](Values row) {
      ++count;
      return call_.rows(row);
    });
    return count;
  }

  std::uint64_t merge() {
    const Gathering& order = *call_.statement.gathering;
    Sorter sorter(call_.statement, order);
    in_each_file([&sorter](Values row) {
      sorter.add(row);
      return true;
    });
    return sorter.deliver(order.limited ? call_.parameters.back().integral() : -1, call_.rows);
  }

 private:
  // Until a row is answered with false. The schema file has no tenant's rows, but it knows a statement that
  // cannot run when no tenant has a file yet.
  void in_each_file(backend::RowSink take) {
    bool more = true;
    const auto rows = [&](Values row) { return more = take(row); };
    const auto ignore = [](Values) { return true; };
    run(files_.schema(), ignore);
    files_.for_each(call_.deadline, call_.statement.name, [&](Engine& file, const std::string& /*path*/) {
      run(file, rows);
      return more;
    });
  }
  void run(Engine& file, backend::RowSink rows) {
    file.execute(principal_, {.statement = call_.statement,
                              .parameters = call_.parameters,
                              .rows = rows,
                              .deadline = call_.deadline,
                              .stream = call_.stream});
  }

  TenantFiles& files_;
  const backend::Principal& principal_;
  const Call& call_;
};

}  // namespace

std::uint64_t gather(TenantFiles& files, const backend::Principal& principal, const Call& call) {
  const Gathering* const gathering = call.statement.gathering;
  if (gathering == nullptr || call.raw) {
    throw Error(
        Error::Kind::unsupported,
        std::string(call.statement.name) +
            ": with one file per tenant an administrator counts, finds and streams; nothing else "
            "runs across files",
        {.sqlstate = "0A000", .statement = std::string(call.statement.name), .constraint = {}, .hint = {}});
  }
  Gatherer gatherer(files, principal, call);
  switch (gathering->way) {
    case Gathering::Way::sum:
      return gatherer.sum();
    case Gathering::Way::merge:
      return gatherer.merge();
    case Gathering::Way::concatenation:
      break;
  }
  return gatherer.concatenation();
}

}  // namespace tenon::sqlite
