-- Named after their columns, as on SQLite.
alter table tenon.analyses
  rename constraint analyses_monthly_cost_not_negative to analyses_estimated_monthly_cost_not_negative;
alter table tenon.analyses
  rename constraint analyses_first_week_cost_not_negative to analyses_estimated_first_week_cost_not_negative;
alter table tenon.analyses
  rename constraint analyses_recommendations_not_negative to analyses_recommendations_count_not_negative;
