CREATE SCHEMA trading;

CREATE TABLE trading.api_keys (
  tenant_id text COLLATE "C" NOT NULL CHECK (tenant_id <> ''),
  id uuid NOT NULL,
  label text COLLATE "C" NOT NULL,
  secret_hash text COLLATE "C" NOT NULL,
  permissions json NOT NULL,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, secret_hash)
);

CREATE TABLE trading.auth_audit (
  tenant_id text COLLATE "C" NOT NULL CHECK (tenant_id <> ''),
  id uuid NOT NULL,
  key_id uuid,
  permission text COLLATE "C" NOT NULL,
  allowed boolean NOT NULL,
  reason text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX auth_audit_by_created_at ON trading.auth_audit (tenant_id, created_at, id);

CREATE TABLE trading.decision_cache (
  tenant_id text COLLATE "C" NOT NULL CHECK (tenant_id <> ''),
  cache_key text COLLATE "C" NOT NULL,
  side text COLLATE "C" NOT NULL CHECK (side IN ('buy', 'sell', 'hold')),
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, cache_key)
);
CREATE INDEX decision_cache_by_expires_at ON trading.decision_cache (tenant_id, expires_at);

CREATE TABLE trading.cache_statistics (
  tenant_id text COLLATE "C" NOT NULL CHECK (tenant_id <> ''),
  day date NOT NULL,
  hits bigint NOT NULL,
  misses bigint NOT NULL,
  PRIMARY KEY (tenant_id, day)
);

CREATE TABLE trading.trade_outcomes (
  tenant_id text COLLATE "C" NOT NULL CHECK (tenant_id <> ''),
  id uuid NOT NULL,
  symbol text COLLATE "C" NOT NULL,
  provider text COLLATE "C" NOT NULL,
  side text COLLATE "C" NOT NULL CHECK (side IN ('buy', 'sell')),
  entry_price numeric NOT NULL CHECK (entry_price > 0),
  exit_price numeric NOT NULL CHECK (exit_price > 0),
  profit double precision NOT NULL,
  closed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX trade_outcomes_by_provider ON trading.trade_outcomes (tenant_id, provider, closed_at, id);

CREATE TABLE trading.provider_performance (
  tenant_id text COLLATE "C" NOT NULL CHECK (tenant_id <> ''),
  provider text COLLATE "C" NOT NULL,
  trades bigint NOT NULL CHECK (trades >= 0),
  wins bigint NOT NULL CHECK (wins BETWEEN 0 AND trades),
  profit double precision NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, provider)
);

CREATE TABLE trading.thompson_arms (
  tenant_id text COLLATE "C" NOT NULL CHECK (tenant_id <> ''),
  provider text COLLATE "C" NOT NULL,
  successes double precision NOT NULL CHECK (successes >= 1),
  failures double precision NOT NULL CHECK (failures >= 1),
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, provider)
);

DO $secure$
DECLARE
  name text;
BEGIN
  GRANT USAGE ON SCHEMA trading TO tenon_app, tenon_read_only, tenon_administrator;
  FOREACH name IN ARRAY ARRAY['api_keys', 'auth_audit', 'decision_cache', 'cache_statistics', 'trade_outcomes',
                              'provider_performance', 'thompson_arms'] LOOP
    EXECUTE format('ALTER TABLE trading.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenon_tenant ON trading.%I FOR ALL TO tenon_app'
                   ' USING (tenant_id = tenon.tenant()) WITH CHECK (tenant_id = tenon.tenant())', name);
    EXECUTE format('CREATE POLICY tenon_tenant_read ON trading.%I FOR SELECT TO tenon_read_only'
                   ' USING (tenant_id = tenon.tenant())', name);
    EXECUTE format('CREATE POLICY tenon_administrator ON trading.%I FOR SELECT TO tenon_administrator'
                   ' USING (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON trading.%I TO tenon_app', name);
    EXECUTE format('GRANT SELECT ON trading.%I TO tenon_read_only, tenon_administrator', name);
  END LOOP;
END
$secure$;
