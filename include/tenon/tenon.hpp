#pragma once

/// What a host application needs day by day. Apart are <tenon/json_document.hpp> (parsed JSON) and
/// <tenon/json_column.hpp> (described structs as JSON columns), because they bring in nlohmann/json;
/// <tenon/pool_preset.hpp>, <tenon/migration_source.hpp> (folders of migrations), <tenon/interchange.hpp>
/// (files in and out) and <tenon/observers/…>.

#include <tenon/administrator_scope.hpp>
#include <tenon/analysis_store.hpp>
#include <tenon/cache_metadata.hpp>
#include <tenon/config.hpp>
#include <tenon/config_source.hpp>
#include <tenon/database.hpp>
#include <tenon/error.hpp>
#include <tenon/finding.hpp>
#include <tenon/health.hpp>
#include <tenon/incident_store.hpp>
#include <tenon/listener.hpp>
#include <tenon/migrator.hpp>
#include <tenon/observer.hpp>
#include <tenon/policy_expression.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/pool.hpp>
#include <tenon/pool_event.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/repository.hpp>
#include <tenon/secure_table.hpp>
#include <tenon/tenant_scope.hpp>
#include <tenon/transaction.hpp>
