CREATE TABLE trading_api_keys (
  tenant_id TEXT NOT NULL CHECK (tenant_id <> ''),
  id TEXT NOT NULL,
  label TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  permissions TEXT NOT NULL,
  revoked_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, secret_hash)
) STRICT;

CREATE TABLE trading_auth_audit (
  tenant_id TEXT NOT NULL CHECK (tenant_id <> ''),
  id TEXT NOT NULL,
  key_id TEXT,
  permission TEXT NOT NULL,
  allowed INTEGER NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX trading_auth_audit_by_created_at ON trading_auth_audit (tenant_id, created_at, id);

CREATE TABLE trading_decision_cache (
  tenant_id TEXT NOT NULL CHECK (tenant_id <> ''),
  cache_key TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell', 'hold')),
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, cache_key)
) STRICT;
CREATE INDEX trading_decision_cache_by_expires_at ON trading_decision_cache (tenant_id, expires_at);

CREATE TABLE trading_cache_statistics (
  tenant_id TEXT NOT NULL CHECK (tenant_id <> ''),
  day INTEGER NOT NULL,
  hits INTEGER NOT NULL,
  misses INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, day)
) STRICT;

CREATE TABLE trading_trade_outcomes (
  tenant_id TEXT NOT NULL CHECK (tenant_id <> ''),
  id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  provider TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  entry_price TEXT NOT NULL,
  exit_price TEXT NOT NULL,
  profit REAL NOT NULL,
  closed_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX trading_trade_outcomes_by_provider ON trading_trade_outcomes (tenant_id, provider, closed_at, id);

CREATE TABLE trading_provider_performance (
  tenant_id TEXT NOT NULL CHECK (tenant_id <> ''),
  provider TEXT NOT NULL,
  trades INTEGER NOT NULL CHECK (trades >= 0),
  wins INTEGER NOT NULL CHECK (wins BETWEEN 0 AND trades),
  profit REAL NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, provider)
) STRICT;

CREATE TABLE trading_thompson_arms (
  tenant_id TEXT NOT NULL CHECK (tenant_id <> ''),
  provider TEXT NOT NULL,
  successes REAL NOT NULL CHECK (successes >= 1),
  failures REAL NOT NULL CHECK (failures >= 1),
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, provider)
) STRICT;
