CREATE TABLE tenon_policies (
  tenant_id TEXT NOT NULL CONSTRAINT policies_tenant_id_not_empty CHECK (tenant_id <> ''),
  id TEXT NOT NULL CONSTRAINT policies_id_not_empty CHECK (id <> ''),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  budget REAL CONSTRAINT policies_budget_not_negative CHECK (budget >= 0),
  expression_json TEXT,
  on_violation TEXT NOT NULL
    CONSTRAINT policies_on_violation_known CHECK (on_violation IN ('advisory', 'block')),
  enabled INTEGER NOT NULL CONSTRAINT policies_enabled_boolean CHECK (enabled IN (0, 1)),
  created_by TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  version INTEGER NOT NULL CONSTRAINT policies_version_positive CHECK (version >= 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT policies_pkey PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE INDEX tenon_policies_by_enabled ON tenon_policies (tenant_id, enabled, id);
CREATE INDEX tenon_policies_by_created_at ON tenon_policies (tenant_id, created_at, id);

CREATE TABLE tenon_analyses (
  tenant_id TEXT NOT NULL CONSTRAINT analyses_tenant_id_not_empty CHECK (tenant_id <> ''),
  id TEXT NOT NULL CONSTRAINT analyses_id_uuid CHECK (length(id) = 36),
  request_id TEXT NOT NULL CONSTRAINT analyses_request_id_not_empty CHECK (request_id <> ''),
  started_at INTEGER NOT NULL,
  completed_at INTEGER,
  duration_ms INTEGER CONSTRAINT analyses_duration_ms_not_negative CHECK (duration_ms >= 0),
  iac_type TEXT NOT NULL,
  environment TEXT NOT NULL,
  estimated_monthly_cost REAL NOT NULL
    CONSTRAINT analyses_estimated_monthly_cost_not_negative CHECK (estimated_monthly_cost >= 0),
  estimated_first_week_cost REAL NOT NULL
    CONSTRAINT analyses_estimated_first_week_cost_not_negative CHECK (estimated_first_week_cost >= 0),
  resource_count INTEGER NOT NULL
    CONSTRAINT analyses_resource_count_not_negative CHECK (resource_count >= 0),
  policy_status TEXT NOT NULL
    CONSTRAINT analyses_policy_status_known
    CHECK (policy_status IN ('not_evaluated', 'pass', 'advisory', 'block')),
  policy_id TEXT,
  risk_flags TEXT NOT NULL
    CONSTRAINT analyses_risk_flags_array
    CHECK (substr(ltrim(risk_flags, char(9, 10, 13, 32)), 1, 1) = '['),
  recommendations_count INTEGER NOT NULL
    CONSTRAINT analyses_recommendations_count_not_negative CHECK (recommendations_count >= 0),
  result_json TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT analyses_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT analyses_request_id_key UNIQUE (tenant_id, request_id)
) STRICT;

CREATE INDEX tenon_analyses_by_started_at ON tenon_analyses (tenant_id, started_at, id);
CREATE INDEX tenon_analyses_by_environment ON tenon_analyses (tenant_id, environment, started_at, id);
CREATE INDEX tenon_analyses_by_policy_status ON tenon_analyses (tenant_id, policy_status, started_at, id);
CREATE INDEX tenon_analyses_by_created_at ON tenon_analyses (tenant_id, created_at, id);
CREATE INDEX tenon_analyses_by_cost ON tenon_analyses (tenant_id, estimated_monthly_cost, id);

CREATE TABLE tenon_incidents (
  tenant_id TEXT NOT NULL CONSTRAINT incidents_tenant_id_not_empty CHECK (tenant_id <> ''),
  incident_id TEXT NOT NULL CONSTRAINT incidents_incident_id_uuid CHECK (length(incident_id) = 36),
  status TEXT NOT NULL
    CONSTRAINT incidents_status_known
    CHECK (status IN ('pending', 'context_collected', 'context_enriched', 'completed', 'failed')),
  alert_input TEXT NOT NULL,
  primary_context TEXT,
  enhanced_context TEXT,
  diagnostic_report TEXT,
  alert_name TEXT NOT NULL,
  severity TEXT NOT NULL,
  namespace TEXT,
  service TEXT,
  root_cause TEXT,
  failure_reason TEXT,
  confidence_score REAL
    CONSTRAINT incidents_confidence_score_range CHECK (confidence_score BETWEEN 0 AND 1),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT incidents_pkey PRIMARY KEY (tenant_id, incident_id)
) STRICT;

CREATE INDEX tenon_incidents_by_status ON tenon_incidents (tenant_id, status, created_at, incident_id);
CREATE INDEX tenon_incidents_by_severity ON tenon_incidents (tenant_id, severity, created_at, incident_id);
CREATE INDEX tenon_incidents_by_service ON tenon_incidents (tenant_id, service, created_at, incident_id);
CREATE INDEX tenon_incidents_by_created_at ON tenon_incidents (tenant_id, created_at, incident_id);

CREATE TABLE tenon_cache_metadata (
  tenant_id TEXT NOT NULL CONSTRAINT cache_metadata_tenant_id_not_empty CHECK (tenant_id <> ''),
  cache_key TEXT NOT NULL CONSTRAINT cache_metadata_cache_key_not_empty CHECK (cache_key <> ''),
  cache_type TEXT NOT NULL,
  expires_at INTEGER,
  hit_count INTEGER NOT NULL CONSTRAINT cache_metadata_hit_count_not_negative CHECK (hit_count >= 0),
  last_accessed INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT cache_metadata_pkey PRIMARY KEY (tenant_id, cache_key)
) STRICT;

CREATE INDEX tenon_cache_metadata_by_expires_at ON tenon_cache_metadata (tenant_id, expires_at, cache_key);
