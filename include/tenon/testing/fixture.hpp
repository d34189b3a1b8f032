#pragma once

#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include <tenon/backend/engine.hpp>
#include <tenon/database.hpp>
#include <tenon/detail/function_ref.hpp>
#include <tenon/error.hpp>
#include <tenon/testing/backend.hpp>
#include <tenon/testing/entities.hpp>
#include <tenon/testing/host_schema.hpp>

namespace tenon {

inline void PrintTo(Error::Kind kind, std::ostream* out) {
  *out << to_string(kind);
}

namespace testing {

/// Success when `work` throws an Error of this kind.
inline ::testing::AssertionResult fails_with(Error::Kind expected,
                                             tenon::detail::FunctionRef<void()> work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.kind() == expected) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "expected " << to_string(expected) << ", but it failed with "
                                         << to_string(error.kind()) << ": " << error.what();
  } catch (const std::exception& error) {
    return ::testing::AssertionFailure() << "expected a tenon::Error, but it threw: " << error.what();
  }
  return ::testing::AssertionFailure() << "expected " << to_string(expected) << ", but it succeeded";
}

/// The Error that `work` throws; a test failure when it throws none.
inline Error error_of(tenon::detail::FunctionRef<void()> work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "expected a tenon::Error, but it succeeded";
  return {Error::Kind::internal, "no error"};
}

/// A test database with everything migrated: the bundled schema and the kit's own tables.
class Workplace {
 public:
  explicit Workplace(Backend& backend, bool migrated = true)
      : place_(backend.create()), database_(Database::open(backend.config(place_->url()))) {
    if (!migrated) return;
    database_.migrate();
    database_.migrator("kit", host_schema(backend, database_.engine().dialect().flavour())).up();
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace() { database_.close(); }

  [[nodiscard]] Database& database() noexcept { return database_; }
  [[nodiscard]] std::string url() const { return place_->url(); }

  /// One that all tests of a backend share in this process; each test works for tenants of its own.
  static Workplace& shared(Backend& backend) {
    static std::map<Backend*, std::unique_ptr<Workplace>> places;
    std::unique_ptr<Workplace>& place = places[&backend];
    if (!place) place = std::make_unique<Workplace>(backend);
    return *place;
  }

 private:
  std::unique_ptr<TestDatabase> place_;
  Database database_;
};

/// What every suite of the kit is derived from. A test has two tenants whom no other test knows.
class ConformanceTest : public ::testing::TestWithParam<Backend*> {
 protected:
  void SetUp() override {
    if (const std::string reason = GetParam()->unavailable(); !reason.empty()) GTEST_SKIP() << reason;
  }

  [[nodiscard]] Backend& backend() const { return *GetParam(); }
  [[nodiscard]] Database& database() const { return Workplace::shared(backend()).database(); }

  [[nodiscard]] TenantScope scope(std::string_view tenant, Role role = Role::customer) const {
    return database().scope(TenantContext(name_of(tenant), role));
  }
  [[nodiscard]] TenantScope acme() const { return scope("acme"); }
  [[nodiscard]] TenantScope globex() const { return scope("globex"); }
  /// `tenant` with a number that is this test's own.
  [[nodiscard]] std::string name_of(std::string_view tenant) const {
    return std::string(tenant) + "-" + std::to_string(number_);
  }

 private:
  static int next_number() noexcept {
    static std::atomic<int> last{0};
    return ++last;
  }
  int number_ = next_number();
};

inline std::vector<Backend*> backends() {
  std::vector<Backend*> all;
  for (const std::shared_ptr<Backend>& backend : backend_list()) all.push_back(backend.get());
  return all;
}

}  // namespace testing
}  // namespace tenon

/// Makes a suite run on every backend that the program adds.
#define TENON_CONFORMANCE_SUITE(Suite) TENON_CONFORMANCE_SUITE_ON(Suite, ::tenon::testing::backends())

/// The same on a std::vector<tenon::testing::Backend*>, which is asked for when the tests are registered.
#define TENON_CONFORMANCE_SUITE_ON(Suite, list) \
  INSTANTIATE_TEST_SUITE_P(                     \
      , Suite, ::testing::ValuesIn(list),       \
      [](const ::testing::TestParamInfo<::tenon::testing::Backend*>& i) { return i.param->name(); })

/// Expects an expression to throw tenon::Error of a kind: TENON_EXPECT_ERROR(not_found,
/// sites.update(site)).
#define TENON_EXPECT_ERROR(expected, ...) \
  EXPECT_TRUE(::tenon::testing::fails_with(::tenon::Error::Kind::expected, [&] { (void)(__VA_ARGS__); }))
