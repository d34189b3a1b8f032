#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <future>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <tenon/analysis_store.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// The store of cost analyses.
class Analyses : public ConformanceTest {
 protected:
  [[nodiscard]] AnalysisStore analyses() const { return AnalysisStore(acme()); }
  [[nodiscard]] static Analysis analysis(std::string request) {
    Analysis one;
    one.request_id = std::move(request);
    one.started_at = parse_timestamp("2026-03-04T05:06:07.000008Z").value();
    one.iac_type = "terraform";
    one.environment = "prod";
    one.result_json = Json(R"({"total": 1.0})");
    return one;
  }
  // `count` analyses of some years around 1970 and 2026; costs are quarters, so that sums are exact.
  [[nodiscard]] static std::vector<Analysis> many(std::size_t count) {
    std::mt19937 random(7);
    std::vector<Analysis> all(count);
    for (std::size_t i = 0; i < count; ++i) {
      Analysis& one = all[i];
      one = analysis("request " + std::to_string(i));
      one.id = Uuid::time_ordered();
      one.environment = std::vector<std::string>{"prod", "stage", "dev", "Prod", "🦊"}[random() % 5];
      one.estimated_monthly_cost = static_cast<double>(random() % 100'000) * 0.25;
      one.policy_status = static_cast<PolicyStatus>(random() % 4);
      const std::int64_t base = i % 2 == 0 ? -40'000'000 : 1'735'000'000;  // 1968, 2024
      one.started_at =
          Timestamp{std::chrono::seconds{base + static_cast<std::int64_t>(random() % 40'000'000)}};
    }
    return all;
  }
};

TEST_P(Analyses, ComeBackAsTheyWereStored) {
  Analysis given = analysis("r1");
  given.id = Uuid::random();
  given.completed_at = given.started_at + std::chrono::microseconds(1'500'001);
  given.duration_ms = 1500;
  given.estimated_monthly_cost = 742.64;
  given.estimated_first_week_cost = 170.01;
  given.resource_count = 12;
  given.policy_status = PolicyStatus::block;
  given.policy_id = "cap";
  given.risk_flags = Json(" [ \"public\", 1.0 ]");
  given.recommendations_count = 3;
  given.created_at = given.updated_at = parse_timestamp("2026-03-04T06:00:00.000001Z").value();
  EXPECT_EQ(analyses().insert(given), given.id);
  EXPECT_EQ(analyses().get(given.id), given);
  EXPECT_EQ(analyses().get_by_request("r1"), given);
  EXPECT_EQ(analyses().get_by_request("r2"), std::nullopt);
}

TEST_P(Analyses, GetATimeOrderedIdWhenTheyHaveNone) {
  const Uuid first = analyses().insert(analysis("r1"));
  const Uuid second = analyses().insert(analysis("r2"));
  EXPECT_FALSE(first.is_nil());
  EXPECT_LT(first, second);
  EXPECT_EQ(analyses().get(second).value().request_id, "r2");
}

TEST_P(Analyses, HaveARequestIdOfTheirOwn) {
  analyses().insert(analysis("r1"));
  TENON_EXPECT_ERROR(already_exists, analyses().insert(analysis("r1")));
  TENON_EXPECT_ERROR(already_exists,
                     analyses().insert_all(std::vector<Analysis>{analysis("r2"), analysis("r1")}));
  EXPECT_EQ(analyses().count(), 1U);
  AnalysisStore(globex()).insert(analysis("r1"));
}

TEST_P(Analyses, AreUpdatedInsertedInBatchesAndRemoved) {
  EXPECT_EQ(analyses().insert_all(many(60)), 60U);
  EXPECT_EQ(analyses().insert_all(std::vector<Analysis>{}), 0U);
  Analysis one = analyses().get_by_request("request 5").value();
  one.policy_status = PolicyStatus::advisory;
  one.result_json = Json("{ }");
  analyses().update(one);
  EXPECT_EQ(analyses().get(one.id), one);
  EXPECT_TRUE(analyses().remove(one.id));
  TENON_EXPECT_ERROR(not_found, analyses().update(one));
  const std::uint64_t dear = analyses().count(field<&Analysis::estimated_monthly_cost> > 10'000.0);
  EXPECT_EQ(analyses().remove_where(field<&Analysis::estimated_monthly_cost> > 10'000.0), dear);
  EXPECT_EQ(analyses().count(), 59 - dear);
}

TEST_P(Analyses, AreRefusedWhenTheyMakeNoSense) {
  const auto refused = [&](const auto& spoil) {
    Analysis bad = analysis("bad");
    bad.id = Uuid::random();
    spoil(bad);
    TENON_EXPECT_ERROR(invalid_argument, analyses().insert(bad));
    TENON_EXPECT_ERROR(invalid_argument, analyses().update(bad));
    TENON_EXPECT_ERROR(invalid_argument,
                       analyses().insert_all(std::vector<Analysis>{analysis("good"), bad}));
    EXPECT_EQ(analyses().count(), 0U);
  };
  refused([](Analysis& a) { a.request_id.clear(); });
  refused([](Analysis& a) { a.estimated_monthly_cost = -0.01; });
  refused([](Analysis& a) { a.estimated_monthly_cost = std::nan(""); });
  refused([](Analysis& a) { a.estimated_first_week_cost = -1; });
  refused([](Analysis& a) { a.resource_count = -1; });
  refused([](Analysis& a) { a.recommendations_count = -1; });
  refused([](Analysis& a) { a.duration_ms = -1; });
  for (const char* flags : {"{}", "null", "1", "", "\"[]\"", "[", "[1,]"})
    refused([&](Analysis& a) { a.risk_flags = Json(flags); });
  refused([](Analysis& a) { a.result_json = Json("{\"total\":"); });
}

TEST_P(Analyses, AreRemovedByAgeInChunks) {
  const auto aged = [](int i, int days) {
    Analysis one = analysis("aged " + std::to_string(i));
    one.created_at = now() - std::chrono::days(days) - std::chrono::minutes(i);
    return one;
  };
  std::vector<Analysis> rows;
  for (int i = 0; i < 25; ++i) rows.push_back(aged(i, 40));
  for (int i = 25; i < 30; ++i) rows.push_back(aged(i, 20));
  analyses().insert_all(rows);
  AnalysisStore(globex()).insert_all(rows);

  std::vector<std::uint64_t> told;
  EXPECT_EQ(analyses().remove_older_than(
                30,
                [&](std::uint64_t removed) {
                  told.push_back(removed);
                  return false;
                },
                10),
            10U);
  EXPECT_EQ(told, (std::vector<std::uint64_t>{10}));
  EXPECT_EQ(analyses().count(), 20U);

  told.clear();
  EXPECT_EQ(analyses().remove_older_than(
                30,
                [&](std::uint64_t removed) {
                  told.push_back(removed);
                  return true;
                },
                4),
            15U);
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.front(), 4U);
  EXPECT_EQ(told.back(), 15U);
  EXPECT_EQ(analyses().count(), 5U);
  EXPECT_EQ(analyses().remove_older_than(30), 0U);
  EXPECT_EQ(AnalysisStore(globex()).count(), 30U);
  EXPECT_EQ(analyses().remove_older_than(10), 5U);
  TENON_EXPECT_ERROR(invalid_argument, analyses().remove_older_than(1, {}, 0));
  TENON_EXPECT_ERROR(invalid_argument, analyses().remove_older_than(1, {}, 1'000'001));
  TENON_EXPECT_ERROR(invalid_argument, analyses().remove_older_than(1'000'001));
  EXPECT_EQ(analyses().remove_older_than(1'000'000), 0U);
}

// The second of two once saw its first chunk removed by the other, and took that for the end.
TEST_P(Analyses, AreAllRemovedByAgeThoughAnotherRemovesThemToo) {
  std::vector<Analysis> rows;
  for (int i = 0; i < 25; ++i) {
    rows.push_back(analysis("aged " + std::to_string(i)));
    rows.back().created_at = now() - std::chrono::days(40);
  }
  analyses().insert_all(rows);
  std::future<std::uint64_t> second;
  acme().transact([&](Transaction& tx) {
    AnalysisStore(tx).remove_older_than(
        30, [](std::uint64_t) { return false; }, 10);
    second = std::async(std::launch::async, [&] { return analyses().remove_older_than(30, {}, 10); });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // it waits for what is removed here
  });
  EXPECT_EQ(second.get(), 15U);
  EXPECT_EQ(analyses().count(), 0U);
}

// The names once differed between the backends.
TEST_P(Analyses, NameTheirRulesAlikeOnEveryBackend) {
  analyses().insert(analysis("r1"));
  for (const std::string column : {"duration_ms", "estimated_monthly_cost", "estimated_first_week_cost",
                                   "resource_count", "recommendations_count"}) {
    try {
      acme().execute("UPDATE analyses SET " + column + " = -1");
      ADD_FAILURE() << column << " took it";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::constraint_violation) << error.what();
      EXPECT_EQ(error.detail().constraint, "analyses_" + column + "_not_negative");
    }
  }
}

TENON_CONFORMANCE_SUITE(Analyses);

/// The reports over analyses, beside the same figures worked out in the test.
class AnalysisReports : public Analyses {
 protected:
  void SetUp() override {
    Analyses::SetUp();
    if (IsSkipped()) return;
    rows_ = many(400);
    analyses().insert_all(rows_);
    AnalysisStore(globex()).insert_all(many(50));
  }
  [[nodiscard]] static std::vector<Period> periods() {
    const Timestamp since = parse_timestamp("1969-06-01T00:00:00Z").value();
    const Timestamp until = parse_timestamp("2025-07-01T00:00:00Z").value();
    return {{}, {since, {}}, {{}, until}, {since, until}, {until, since}};
  }
  [[nodiscard]] std::vector<Analysis> within(const Period& period) const {
    std::vector<Analysis> kept;
    for (const Analysis& row : rows_) {
      if (period.since && row.started_at < *period.since) continue;
      if (period.until && row.started_at >= *period.until) continue;
      kept.push_back(row);
    }
    return kept;
  }
  struct Sum {
    std::int64_t count = 0;
    double total = 0;
    void add(const Analysis& row) {
      ++count;
      total += row.estimated_monthly_cost;
    }
    [[nodiscard]] double average() const { return total / static_cast<double>(count); }
  };
  // The start, in UTC, of the day, the week from Monday on or the month.
  [[nodiscard]] static Timestamp start_of(backend::CalendarUnit unit, Timestamp time) {
    const Date day = std::chrono::floor<std::chrono::days>(time);
    if (unit == backend::CalendarUnit::day) return day;
    if (unit == backend::CalendarUnit::week) return day - (std::chrono::weekday(day) - std::chrono::Monday);
    const std::chrono::year_month_day ymd(day);
    return Date{ymd.year() / ymd.month() / 1};
  }
  void expect_trend(backend::CalendarUnit unit, const std::vector<Analysis>& rows,
                    const Period& period) const {
    std::map<Timestamp, Sum> sums;
    for (const Analysis& row : rows) sums[start_of(unit, row.started_at)].add(row);
    const std::vector<TrendPoint> trend = analyses().cost_trend(unit, period);
    ASSERT_EQ(trend.size(), sums.size());
    auto at = trend.begin();
    for (const auto& [start, sum] : sums) {
      EXPECT_EQ(at->start, start) << to_string(at->start) << " instead of " << to_string(start);
      EXPECT_EQ(at->analyses, sum.count);
      EXPECT_DOUBLE_EQ(at->total_monthly_cost, sum.total);
      EXPECT_DOUBLE_EQ(at->average_monthly_cost, sum.average());
      ++at;
    }
  }

 private:
  std::vector<Analysis> rows_;
};

TEST_P(AnalysisReports, SumCostsByEnvironment) {
  for (const Period& period : periods()) {
    std::map<std::string, Sum> sums;
    for (const Analysis& row : within(period)) sums[row.environment].add(row);
    const std::vector<EnvironmentTotal> totals = analyses().totals_by_environment(period);
    ASSERT_EQ(totals.size(), sums.size());
    for (std::size_t i = 0; i < totals.size(); ++i) {
      const Sum& sum = sums.at(totals[i].environment);
      EXPECT_EQ(totals[i].analyses, sum.count);
      EXPECT_DOUBLE_EQ(totals[i].total_monthly_cost, sum.total);
      EXPECT_DOUBLE_EQ(totals[i].average_monthly_cost, sum.average());
      if (i > 0) {
        EXPECT_LE(totals[i].total_monthly_cost, totals[i - 1].total_monthly_cost);
      }
    }
  }
}

TEST_P(AnalysisReports, FindTheDearest) {
  for (const Period& period : periods()) {
    std::vector<Analysis> rows = within(period);
    std::sort(rows.begin(), rows.end(), [](const Analysis& a, const Analysis& b) {
      return a.estimated_monthly_cost > b.estimated_monthly_cost;
    });
    for (const std::size_t count : {1U, 10U, 1000U}) {
      const std::vector<AnalysisSummary> top = analyses().top_by_cost(count, period);
      ASSERT_EQ(top.size(), std::min(count, rows.size()));
      for (std::size_t i = 0; i < top.size(); ++i)
        EXPECT_EQ(top[i].estimated_monthly_cost, rows[i].estimated_monthly_cost);
    }
  }
  TENON_EXPECT_ERROR(invalid_argument, analyses().top_by_cost(0));
  TENON_EXPECT_ERROR(invalid_argument, analyses().top_by_cost(1001));
}

TEST_P(AnalysisReports, TellTheBlockRate) {
  for (const Period& period : periods()) {
    std::int64_t evaluated = 0;
    std::int64_t blocked = 0;
    for (const Analysis& row : within(period)) {
      evaluated += row.policy_status != PolicyStatus::not_evaluated ? 1 : 0;
      blocked += row.policy_status == PolicyStatus::block ? 1 : 0;
    }
    const BlockRate rate = analyses().block_rate(period);
    EXPECT_EQ(rate.evaluated, evaluated);
    EXPECT_EQ(rate.blocked, blocked);
    EXPECT_DOUBLE_EQ(rate.rate,
                     evaluated == 0 ? 0.0 : static_cast<double>(blocked) / static_cast<double>(evaluated));
  }
}

TEST_P(AnalysisReports, TellTheTrendByDayWeekAndMonth) {
  for (const Period& period : periods()) {
    expect_trend(backend::CalendarUnit::day, within(period), period);
    expect_trend(backend::CalendarUnit::week, within(period), period);
    expect_trend(backend::CalendarUnit::month, within(period), period);
  }
}

TEST_P(AnalysisReports, TellTheTrendOverTheEdgesOfYears) {
  std::vector<Analysis> edges;
  for (const char* time :
       {"2024-12-29T23:59:59.999999Z", "2024-12-30T00:00:00Z", "2024-12-31T23:59:59.999999Z",
        "2025-01-01T00:00:00Z", "2025-01-05T23:59:59.999999Z", "2025-01-06T00:00:00Z",
        "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z",
        "1969-12-28T23:59:59.999999Z", "1970-01-04T23:59:59Z", "1970-01-05T00:00:00Z",
        "2024-02-29T12:00:00Z", "1960-02-29T00:00:00.000001Z", "1900-03-01T00:00:00Z",
        "2000-01-01T00:00:00Z", "1999-12-31T23:59:59.999999Z", "0004-02-29T00:00:00Z",
        "2038-01-19T03:14:08Z"}) {
    Analysis one = analysis(time);
    one.started_at = parse_timestamp(time).value();
    one.estimated_monthly_cost = static_cast<double>(edges.size()) + 0.5;
    edges.push_back(one);
  }
  analyses().remove_where(field<&Analysis::request_id> >= "");
  analyses().insert_all(edges);
  for (const backend::CalendarUnit unit :
       {backend::CalendarUnit::day, backend::CalendarUnit::week, backend::CalendarUnit::month})
    expect_trend(unit, edges, {});
}

TEST_P(AnalysisReports, TellTheStatistics) {
  for (const Period& period : periods()) {
    Sum sum;
    std::int64_t blocked = 0;
    for (const Analysis& row : within(period)) {
      sum.add(row);
      blocked += row.policy_status == PolicyStatus::block ? 1 : 0;
    }
    const AnalysisStatistics statistics = analyses().statistics(period);
    EXPECT_EQ(statistics.total_analyses, sum.count);
    EXPECT_DOUBLE_EQ(statistics.average_monthly_cost, sum.count == 0 ? 0.0 : sum.average());
    EXPECT_EQ(statistics.blocked_count, blocked);
  }
}

TEST_P(AnalysisReports, OfNothingAreEmptyAndZero) {
  const AnalysisStore nobody(scope("nobody"));
  EXPECT_TRUE(nobody.totals_by_environment().empty());
  EXPECT_TRUE(nobody.top_by_cost(5).empty());
  EXPECT_EQ(nobody.block_rate().rate, 0.0);
  EXPECT_TRUE(nobody.cost_trend(backend::CalendarUnit::month).empty());
  EXPECT_EQ(nobody.statistics().total_analyses, 0);
  EXPECT_EQ(nobody.statistics().average_monthly_cost, 0.0);
}

TEST_P(AnalysisReports, SeeTheirTransaction) {
  acme().transact([&](Transaction& tx) {
    const AnalysisStore inside(tx);
    inside.remove_where(field<&Analysis::environment> == "dev");
    for (const EnvironmentTotal& total : inside.totals_by_environment())
      EXPECT_NE(total.environment, "dev");
    tx.rollback();
  });
}

TENON_CONFORMANCE_SUITE(AnalysisReports);

}  // namespace tenon::testing
