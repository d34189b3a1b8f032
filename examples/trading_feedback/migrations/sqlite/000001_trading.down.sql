DROP TABLE trading_api_keys;
DROP TABLE trading_auth_audit;
DROP TABLE trading_decision_cache;
DROP TABLE trading_cache_statistics;
DROP TABLE trading_trade_outcomes;
DROP TABLE trading_provider_performance;
DROP TABLE trading_thompson_arms;
