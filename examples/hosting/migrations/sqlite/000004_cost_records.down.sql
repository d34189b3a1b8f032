DROP TABLE hosting_cost_records;
