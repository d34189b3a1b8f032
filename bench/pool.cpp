// tenon_pool_bench URL: the connection pool beside SOCI's on the same connections and loads. Prints one
// line per figure; exit code 1 when a bound is missed.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <libpq-fe.h>

#include <tenon/backend/connection_pool.hpp>

#include "soci_pool.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using tenon::backend::ConnectionPool;

constexpr auto statement = "select pg_sleep(0.002)";

class Connection final : public tenon::backend::PooledConnection {
 public:
  explicit Connection(const std::string& url) : handle_(PQconnectdb(url.c_str())) {
    if (PQstatus(handle_) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(handle_));
  }
  ~Connection() override { PQfinish(handle_); }
  bool usable() noexcept override {
    return PQstatus(handle_) == CONNECTION_OK && PQtransactionStatus(handle_) == PQTRANS_IDLE;
  }
  bool ping(tenon::backend::Deadline) override { return true; }
  void run(const char* sql) {
    PGresult* const result = PQexec(handle_, sql);
    const bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
    PQclear(result);
    if (!good) throw std::runtime_error(PQerrorMessage(handle_));
  }

 private:
  PGconn* handle_;
};

Connection& of(const ConnectionPool::Lease& lease) {
  return static_cast<Connection&>(*lease);
}

ConnectionPool make_pool(const std::string& url, std::size_t size, std::size_t overflow,
                         milliseconds connect_time = {}) {
  tenon::PoolOptions options;
  options.size = size;
  options.max_overflow = overflow;
  options.max_connecting = 8;
  return {"bench", options, [=](tenon::backend::Deadline, const std::stop_token&) {
            std::this_thread::sleep_for(connect_time);
            return std::make_unique<Connection>(url);
          }};
}

// Of many short rounds the quickest decile, which no other process has interrupted.
double nanoseconds_each(const std::function<void()>& once) {
  constexpr int times = 1'000;
  std::vector<double> rounds(2'000);
  for (double& round : rounds) {
    const auto start = Clock::now();
    for (int i = 0; i < times; ++i) once();
    round = std::chrono::duration<double, std::nano>(Clock::now() - start).count() / times;
  }
  std::sort(rounds.begin(), rounds.end());
  return rounds[rounds.size() / 10];
}

// Statements per second of `count` threads in a second.
double throughput(unsigned count, const std::function<void(unsigned)>& once) {
  std::atomic<std::uint64_t> done{0};
  std::vector<std::thread> threads;
  const auto start = Clock::now();
  const auto end = start + std::chrono::seconds(1);
  for (unsigned thread = 0; thread < count; ++thread) {
    threads.emplace_back([&, thread] {
      for (; Clock::now() < end; ++done) once(thread);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - start).count();
}

// Milliseconds until 50 threads that come at once have each run a statement.
double spike(const std::function<void()>& once) {
  const auto start = Clock::now();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 50; ++thread) threads.emplace_back(once);
  for (std::thread& thread : threads) thread.join();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

bool report(const char* what, double figure, const char* unit, bool good) {
  std::printf("%-58s %10.1f %-14s %s\n", what, figure, unit, good ? "" : "BOUND MISSED");
  std::fflush(stdout);
  return good;
}

bool uncontended(const std::string& url) {
  ConnectionPool pool = make_pool(url, 4, 0);
  pool.acquire().release();
  const double own = nanoseconds_each([&] { pool.acquire().release(); });
  const bool good = report("acquire and release, alone: tenon (<= 250)", own, "ns", own <= 250);
#ifdef TENON_BENCH_SOCI
  tenon_bench::SociPool soci(url, 4);
  report("acquire and release, alone: SOCI", nanoseconds_each([&] { soci.lease(nullptr); }), "ns", true);
#endif
  return good;
}

double median(std::vector<double> figures) {
  std::sort(figures.begin(), figures.end());
  return figures[figures.size() / 2];
}

bool contended(const std::string& url) {
  std::vector<std::unique_ptr<Connection>> own;
  for (int i = 0; i < 16; ++i) own.push_back(std::make_unique<Connection>(url));
  ConnectionPool pool = make_pool(url, 16, 0);
#ifdef TENON_BENCH_SOCI
  tenon_bench::SociPool soci(url, 16);
#endif
  std::vector<double> ideals;
  std::vector<double> ratios;
  std::vector<double> other_ratios;
  for (int round = 0; round < 5; ++round) {  // in turn, so that a busy machine is busy for all
    const double ideal = throughput(16, [&](unsigned thread) { own[thread]->run(statement); });
    ideals.push_back(ideal);
    ratios.push_back(throughput(32, [&](unsigned) { of(pool.acquire()).run(statement); }) / ideal);
#ifdef TENON_BENCH_SOCI
    other_ratios.push_back(throughput(32, [&](unsigned) { soci.lease(statement); }) / ideal);
#endif
  }
  report("2 ms statements: 16 threads, a connection each (ideal)", median(ideals), "per second", true);
  const double ratio = median(ratios);
  report("2 ms: 32 threads on 16 connections: tenon (>= 95)", 100 * ratio, "% of the ideal", ratio >= 0.95);
#ifdef TENON_BENCH_SOCI
  report("2 ms: 32 threads on 16 connections: SOCI", 100 * median(other_ratios), "% of the ideal", true);
#endif
  return ratio >= 0.95;
}

bool spiked(const std::string& url) {
  constexpr milliseconds connect_time{150};
  bool good = true;
  for (const bool warm : {false, true}) {
    ConnectionPool pool = make_pool(url, 5, 45, connect_time);
    if (warm) {
      std::vector<ConnectionPool::Lease> leases;
      for (int i = 0; i < 5; ++i) leases.push_back(pool.acquire());
    }
    const double took = spike([&] { of(pool.acquire()).run(statement); });
    while (pool.stats().connecting > 0) std::this_thread::sleep_for(milliseconds(5));
    const auto made = static_cast<double>(pool.stats().created);
    const std::string start =
        warm ? "spike of 50, pool of 5 to 50, 5 open: tenon" : "spike of 50, pool of 5 to 50: tenon";
    report((start + ", all served").c_str(), took, "ms", true);
    good = report("  connections made (<= 7)", made, "", made <= 7) && good;
  }
#ifdef TENON_BENCH_SOCI
  // Its pools have one size, and open all connections one by one beforehand.
  for (const std::size_t size : {std::size_t{5}, std::size_t{50}}) {
    const auto start = Clock::now();
    for (std::size_t i = 0; i < size; ++i) std::this_thread::sleep_for(connect_time);
    tenon_bench::SociPool soci(url, size);
    const double opened = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    const double served = spike([&] { soci.lease(statement); });
    const std::string name = "spike of 50, pool of " + std::to_string(size) + ": SOCI";
    report((name + ", opened").c_str(), opened, "ms", true);
    report((name + ", then all served").c_str(), served, "ms", true);
  }
#endif
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: tenon_pool_bench postgresql://…\n", stderr);
    return 2;
  }
  try {
#ifndef TENON_BENCH_SOCI
    std::puts("SOCI: skipped, libsoci-dev was not installed when this was built");
#endif
    const bool alone = uncontended(argv[1]);
    const bool crowd = contended(argv[1]);
    const bool spikes = spiked(argv[1]);
    return alone && crowd && spikes ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tenon_pool_bench: %s\n", error.what());
    return 2;
  }
}
