drop table hosting.cost_records;
