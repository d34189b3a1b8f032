DROP VIEW hosting_customer_deployments;
DROP TABLE hosting_cost_records;
DROP TABLE hosting_ecommerce_integrations;
DROP TABLE hosting_deployments;
DROP TABLE hosting_sites;
DROP TABLE hosting_customers;
