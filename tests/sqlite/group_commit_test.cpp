#include <atomic>
#include <thread>

#include "support.hpp"

namespace tenon::test {
namespace {

using SqliteGroupCommit = SqliteTest;

void in_threads(int count, const std::function<void(int)>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

TEST_F(SqliteGroupCommit, FailsOnlyTheWriteThatIsWrong) {
  constexpr int rounds = 300;
  std::atomic<int> refused{0};
  std::atomic<int> stored{0};
  in_threads(8, [&](int thread) {
    for (int i = 0; i < rounds; ++i) {
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      try {
        put(id, thread == 3 ? -1 : i);
        ++stored;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), Error::Kind::constraint_violation) << error.what();
        ++refused;
      }
    }
  });
  EXPECT_EQ(refused, rounds);
  EXPECT_EQ(stored, 7 * rounds);
  EXPECT_EQ(count(), 7 * rounds);
  EXPECT_EQ(number(*engine, "SELECT count(*) FROM items WHERE id LIKE '3-%'"), 0);
}

// Where SQLite would leave half of a statement, all others of the group run again without it.
TEST_F(SqliteGroupCommit, KeepsNothingOfAStatementThatSqliteDidHalf) {
  engine->maintenance()->execute(
      "CREATE TABLE pairs (id INTEGER PRIMARY KEY, a INTEGER, b ANY) STRICT;"
      "INSERT INTO pairs VALUES (1, 10, 20), (2, 11, 'x')");
  const Sql update = writing("UPDATE pairs SET a = b");
  in_threads(6, [&](int thread) {
    for (int i = 0; i < 100; ++i) {
      if (thread == 0) {
        EXPECT_EQ(kind_of([&] { run(*engine, update); }), Error::Kind::invalid_argument);
      } else {
        put(std::to_string(thread) + "-" + std::to_string(i), i);
      }
    }
  });
  EXPECT_EQ(number(*engine, "SELECT a FROM pairs WHERE id = 1"), 10);
  EXPECT_EQ(count(), 500);
}

TEST_F(SqliteGroupCommit, GivesEachCallerItsOwnRows) {
  const Sql insert = writing("INSERT INTO items (id, amount) VALUES ($1, $2) RETURNING id",
                             {Type::text, Type::int64}, {Type::text});
  in_threads(8, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      std::vector<std::string> rows;
      const RowHandler keep = [&](Values row) {
        rows.emplace_back(row[0].bytes());
        return true;
      };
      run(*engine, insert, {Value::text(id), Value::integral(Type::int64, i)}, Deadline::max(), keep);
      EXPECT_EQ(rows, std::vector{id});
    }
  });
  EXPECT_EQ(count(), 1600);
}

TEST_F(SqliteGroupCommit, UndoesTheWriteWhoseCallbackThrows) {
  const Sql insert = writing("INSERT INTO items (id, amount) VALUES ($1, $2) RETURNING id",
                             {Type::text, Type::int64}, {Type::text});
  std::atomic<int> thrown{0};
  in_threads(8, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      const RowHandler keep = [&](Values) -> bool {
        if (thread == 5) throw std::runtime_error(id);
        return true;
      };
      try {
        run(*engine, insert, {Value::text(id), Value::integral(Type::int64, i)}, Deadline::max(), keep);
        EXPECT_NE(thread, 5);
      } catch (const std::runtime_error& error) {
        EXPECT_EQ(error.what(), id);
        ++thrown;
      }
    }
  });
  EXPECT_EQ(thrown, 200);
  EXPECT_EQ(count(), 1400);
}

TEST_F(SqliteGroupCommit, KeepsDeferredForeignKeysToTheirCaller) {
  engine->maintenance()->execute(
      "CREATE TABLE child (id TEXT PRIMARY KEY, item TEXT REFERENCES items (id) DEFERRABLE INITIALLY "
      "DEFERRED) STRICT");
  put("parent", 1);
  const Sql insert = writing("INSERT INTO child (id, item) VALUES ($1, $2)", {Type::text, Type::text});
  std::atomic<int> refused{0};
  in_threads(6, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      try {
        run(*engine, insert, {Value::text(id), Value::text(thread == 0 ? "nobody" : "parent")});
      } catch (const Error& error) {
        EXPECT_EQ(error.sqlstate(), "23503") << error.what();
        EXPECT_EQ(thread, 0);
        ++refused;
      }
    }
  });
  EXPECT_EQ(refused, 200);
  EXPECT_EQ(number(*engine, "SELECT count(*) FROM child"), 1000);
}

// A group is undone as a whole when a deferred key is violated in it, and what has shown its rows cannot
// run twice.
TEST_F(SqliteGroupCommit, KeepsRowsThatWereShownBesideAViolationOfADeferredKey) {
  engine->maintenance()->execute(
      "CREATE TABLE child (id TEXT PRIMARY KEY, item TEXT REFERENCES items (id) DEFERRABLE INITIALLY "
      "DEFERRED) STRICT");
  const Sql orphan = writing("INSERT INTO child (id, item) VALUES ($1, 'nobody')", {Type::text});
  const Sql shown =
      writing("INSERT INTO items (id, amount) VALUES ($1, 1) RETURNING id", {Type::text}, {Type::text});
  std::atomic<int> refused{0};
  std::atomic<int> calls{0};
  in_threads(6, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      if (thread % 2 == 0) {
        run(*engine, shown, {Value::text(id)}, Deadline::max(), [&](Values) { return ++calls > 0; });
      } else {
        refused +=
            kind_of([&] { run(*engine, orphan, {Value::text(id)}); }) == Error::Kind::constraint_violation
                ? 1
                : 0;
      }
    }
  });
  EXPECT_EQ(calls, 600);
  EXPECT_EQ(count(), 600);
  EXPECT_EQ(refused, 600);
  EXPECT_EQ(number(*engine, "SELECT count(*) FROM child"), 0);
}

// SQLite undoes the whole transaction of a cancelled write; the other members must come through.
TEST_F(SqliteGroupCommit, SurvivesAMemberThatRunsIntoItsDeadline) {
  const Sql endless = writing(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "INSERT INTO items (id, amount) SELECT 'endless-' || i, i FROM n WHERE i < 0 OR i > 1000000000");
  std::atomic<bool> stop{false};
  std::atomic<int> stored{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; !stop; ++i) {
        put(std::to_string(thread) + "-" + std::to_string(i), i);
        ++stored;
      }
    });
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(kind_of([&] { run(*engine, endless, {}, std::chrono::steady_clock::now() + 30ms); }),
              Error::Kind::timeout);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(stored, 0);
  EXPECT_EQ(count(), stored);
}

TEST_F(SqliteGroupCommit, MixesWithTransactionsAndBatches) {
  const backend::Statement row = insert_item.statement();
  const std::vector<std::string_view> columns{"id", "amount"};
  in_threads(6, [&](int thread) {
    for (int i = 0; i < 60; ++i) {
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      if (thread % 3 == 0) {
        put(id, i);
      } else if (thread % 3 == 1) {
        const auto session = engine->begin(customer, {});
        run(*session, insert_item, {Value::text(id), Value::integral(Type::int64, i)});
        if (i % 2 == 0) session->commit();
      } else {
        int made = 0;
        std::string name;
        auto next = [&](std::span<Value> values) {
          if (made == 3) return false;
          name = id + "-" + std::to_string(made++);
          values[0] = Value::text(name);
          values[1] = Value::integral(Type::int64, i);
          return true;
        };
        EXPECT_EQ(engine->insert(customer, {row, "items", columns, "", 3, next}), 3U);
      }
    }
  });
  EXPECT_EQ(count(), 2 * 60 + 2 * 30 + 2 * 180);
}

TEST_F(SqliteGroupCommit, LosesNothingThatWasAcknowledged) {
  std::atomic<int> acknowledged{0};
  in_threads(8, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      put(std::to_string(thread) + "-" + std::to_string(i), i);
      ++acknowledged;
      if (i % 50 != 0) continue;
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      EXPECT_EQ(number(*engine, "SELECT count(*) FROM items WHERE id = '" + id + "'"), 1);
    }
  });
  engine->close();
  engine = open(url());
  EXPECT_EQ(count(), acknowledged);
}

TEST_F(SqliteGroupCommit, FinishesQueuedWorkOnClose) {
  std::atomic<int> acknowledged{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      try {
        for (int i = 0;; ++i) {
          put(std::to_string(thread) + "-" + std::to_string(i), i);
          ++acknowledged;
        }
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), Error::Kind::unavailable) << error.what();
      }
    });
  }
  std::this_thread::sleep_for(50ms);
  engine->close();
  for (std::thread& thread : threads) thread.join();
  engine = open(url());
  EXPECT_EQ(count(), acknowledged);
}

}  // namespace
}  // namespace tenon::test
