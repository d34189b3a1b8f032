#pragma once

/// Every suite of the conformance kit. Include it in one source file of a program that adds its backends
/// with TENON_CONFORMANCE_BACKEND (see tenon/testing/backend.hpp) and links GTest::gtest_main.

#include <tenon/testing/suites/analyses.hpp>
#include <tenon/testing/suites/batches.hpp>
#include <tenon/testing/suites/cache.hpp>
#include <tenon/testing/suites/claims.hpp>
#include <tenon/testing/suites/conditions.hpp>
#include <tenon/testing/suites/connections.hpp>
#include <tenon/testing/suites/counters.hpp>
#include <tenon/testing/suites/health.hpp>
#include <tenon/testing/suites/incidents.hpp>
#include <tenon/testing/suites/injection.hpp>
#include <tenon/testing/suites/json_columns.hpp>
#include <tenon/testing/suites/json_values.hpp>
#include <tenon/testing/suites/lifetimes.hpp>
#include <tenon/testing/suites/migration_records.hpp>
#include <tenon/testing/suites/migration_runs.hpp>
#include <tenon/testing/suites/migrations.hpp>
#include <tenon/testing/suites/observers.hpp>
#include <tenon/testing/suites/pages.hpp>
#include <tenon/testing/suites/policies.hpp>
#include <tenon/testing/suites/raw_rows.hpp>
#include <tenon/testing/suites/reentry.hpp>
#include <tenon/testing/suites/refusals.hpp>
#include <tenon/testing/suites/rows.hpp>
#include <tenon/testing/suites/savepoints.hpp>
#include <tenon/testing/suites/tenants.hpp>
#include <tenon/testing/suites/threads.hpp>
#include <tenon/testing/suites/transactions.hpp>
#include <tenon/testing/suites/typed_tenants.hpp>
#include <tenon/testing/suites/values.hpp>
