-- The bundled schema of tenon on PostgreSQL 14 and later; see docs/schema.md.
--
-- Runs as the login that owns the tables. Statements of the library run as the three roles below, which own
-- nothing; row-level security binds them to the tenant of app.tenant_id. A host that names other settings or
-- roles in its configuration brings its own roles and policies.

do $$
declare
  wanted text;
  modern constant boolean := current_setting('server_version_num')::integer >= 160000;
  help constant text := 'Let a superuser run docs/roles.sql once for this login, then migrate again.';
begin
  foreach wanted in array array['tenon_app', 'tenon_read_only', 'tenon_administrator'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
      begin
        execute pg_catalog.format('create role %I nologin', wanted);
      exception
        when duplicate_object or unique_violation then
          null;  -- made at the same moment from another database of the cluster
        when insufficient_privilege then
          raise exception 'role % does not exist and this login may not create it', wanted
            using errcode = '42501', hint = help;
      end;
    end if;
    continue when pg_catalog.pg_has_role(session_user, wanted, case when modern then 'set' else 'member' end);
    begin
      -- The login can take the role, but has none of its rights before it does.
      execute pg_catalog.format('grant %I to %I%s', wanted, session_user,
                                case when modern then ' with inherit false, set true' else '' end);
    exception
      when insufficient_privilege or invalid_grant_operation then
        raise exception 'this login is no member of role % and may not become one', wanted
          using errcode = '42501', hint = help;
    end;
  end loop;
end
$$;

create schema if not exists tenon;

-- The tenant of the transaction. Loud: no tenant is an error, never an empty result. STABLE, so that it is
-- asked once per scan; never IMMUTABLE, or a cached plan would keep another tenant's id.
create function tenon.tenant() returns text
  language plpgsql stable parallel safe
as $$
declare
  bound constant text := pg_catalog.current_setting('app.tenant_id', true);
begin
  if bound is null or bound operator(pg_catalog.=) '' then
    raise exception 'no tenant is bound to this transaction'
      using errcode = '42501', hint = 'Use a TenantScope, or set app.tenant_id locally in the transaction.';
  end if;
  return bound;
end
$$;

create table tenon.policies (
  tenant_id text collate "C" not null,
  id text collate "C" not null,
  name text collate "C" not null,
  description text collate "C" not null,
  budget double precision,
  expression_json json,
  on_violation text collate "C" not null,
  enabled boolean not null,
  created_by text collate "C" not null,
  updated_by text collate "C" not null,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint policies_pkey primary key (tenant_id, id),
  constraint policies_tenant_id_not_empty check (tenant_id <> ''),
  constraint policies_id_not_empty check (id <> ''),
  constraint policies_budget_not_negative check (budget >= 0),
  constraint policies_on_violation_known check (on_violation in ('advisory', 'block')),
  constraint policies_version_positive check (version >= 1)
);
create index policies_enabled_idx on tenon.policies (tenant_id, enabled, id);
create index policies_created_at_idx on tenon.policies (tenant_id, created_at, id);

create table tenon.analyses (
  tenant_id text collate "C" not null,
  id uuid not null,
  request_id text collate "C" not null,
  started_at timestamptz not null,
  completed_at timestamptz,
  duration_ms bigint,
  iac_type text collate "C" not null,
  environment text collate "C" not null,
  estimated_monthly_cost double precision not null,
  estimated_first_week_cost double precision not null,
  resource_count bigint not null,
  recommendations_count bigint not null,
  policy_status text collate "C" not null,
  policy_id text collate "C",
  risk_flags json not null,
  result_json json not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint analyses_pkey primary key (tenant_id, id),
  constraint analyses_request_id_key unique (tenant_id, request_id),
  constraint analyses_tenant_id_not_empty check (tenant_id <> ''),
  constraint analyses_request_id_not_empty check (request_id <> ''),
  constraint analyses_duration_ms_not_negative check (duration_ms >= 0),
  constraint analyses_monthly_cost_not_negative check (estimated_monthly_cost >= 0),
  constraint analyses_first_week_cost_not_negative check (estimated_first_week_cost >= 0),
  constraint analyses_resource_count_not_negative check (resource_count >= 0),
  constraint analyses_recommendations_not_negative check (recommendations_count >= 0),
  constraint analyses_policy_status_known
    check (policy_status in ('not_evaluated', 'pass', 'advisory', 'block')),
  constraint analyses_risk_flags_array check (json_typeof(risk_flags) = 'array')
);
create index analyses_started_at_idx on tenon.analyses (tenant_id, started_at, id);
create index analyses_environment_idx on tenon.analyses (tenant_id, environment, started_at, id);
create index analyses_policy_status_idx on tenon.analyses (tenant_id, policy_status, started_at, id);
create index analyses_created_at_idx on tenon.analyses (tenant_id, created_at, id);
create index analyses_monthly_cost_idx on tenon.analyses (tenant_id, estimated_monthly_cost, id);

create table tenon.incidents (
  tenant_id text collate "C" not null,
  incident_id uuid not null,
  status text collate "C" not null,
  alert_input json not null,
  primary_context json,
  enhanced_context json,
  diagnostic_report json,
  alert_name text collate "C" not null,
  severity text collate "C" not null,
  namespace text collate "C",
  service text collate "C",
  root_cause text collate "C",
  failure_reason text collate "C",
  confidence_score double precision,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint incidents_pkey primary key (tenant_id, incident_id),
  constraint incidents_tenant_id_not_empty check (tenant_id <> ''),
  constraint incidents_status_known
    check (status in ('pending', 'context_collected', 'context_enriched', 'completed', 'failed')),
  constraint incidents_confidence_score_range check (confidence_score >= 0 and confidence_score <= 1)
);
create index incidents_status_idx on tenon.incidents (tenant_id, status, created_at, incident_id);
create index incidents_severity_idx on tenon.incidents (tenant_id, severity, created_at, incident_id);
create index incidents_service_idx on tenon.incidents (tenant_id, service, created_at, incident_id);
create index incidents_created_at_idx on tenon.incidents (tenant_id, created_at, incident_id);

create table tenon.cache_metadata (
  tenant_id text collate "C" not null,
  cache_key text collate "C" not null,
  cache_type text collate "C" not null,
  expires_at timestamptz,
  hit_count bigint not null,
  last_accessed timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint cache_metadata_pkey primary key (tenant_id, cache_key),
  constraint cache_metadata_tenant_id_not_empty check (tenant_id <> ''),
  constraint cache_metadata_cache_key_not_empty check (cache_key <> ''),
  constraint cache_metadata_hit_count_not_negative check (hit_count >= 0)
);
create index cache_metadata_expires_at_idx on tenon.cache_metadata (tenant_id, expires_at, cache_key);

alter table tenon.policies enable row level security;
create policy policies_tenant on tenon.policies for all to tenon_app
  using (tenant_id = tenon.tenant()) with check (tenant_id = tenon.tenant());
create policy policies_tenant_read on tenon.policies for select to tenon_read_only
  using (tenant_id = tenon.tenant());
create policy policies_administrator on tenon.policies for select to tenon_administrator using (true);

alter table tenon.analyses enable row level security;
create policy analyses_tenant on tenon.analyses for all to tenon_app
  using (tenant_id = tenon.tenant()) with check (tenant_id = tenon.tenant());
create policy analyses_tenant_read on tenon.analyses for select to tenon_read_only
  using (tenant_id = tenon.tenant());
create policy analyses_administrator on tenon.analyses for select to tenon_administrator using (true);

alter table tenon.incidents enable row level security;
create policy incidents_tenant on tenon.incidents for all to tenon_app
  using (tenant_id = tenon.tenant()) with check (tenant_id = tenon.tenant());
create policy incidents_tenant_read on tenon.incidents for select to tenon_read_only
  using (tenant_id = tenon.tenant());
create policy incidents_administrator on tenon.incidents for select to tenon_administrator using (true);

alter table tenon.cache_metadata enable row level security;
create policy cache_metadata_tenant on tenon.cache_metadata for all to tenon_app
  using (tenant_id = tenon.tenant()) with check (tenant_id = tenon.tenant());
create policy cache_metadata_tenant_read on tenon.cache_metadata for select to tenon_read_only
  using (tenant_id = tenon.tenant());
create policy cache_metadata_administrator on tenon.cache_metadata for select to tenon_administrator using (true);

grant usage on schema tenon to tenon_app, tenon_read_only, tenon_administrator;
grant select, insert, update, delete on tenon.policies, tenon.analyses, tenon.incidents, tenon.cache_metadata
  to tenon_app;
grant select on tenon.policies, tenon.analyses, tenon.incidents, tenon.cache_metadata
  to tenon_read_only, tenon_administrator;
