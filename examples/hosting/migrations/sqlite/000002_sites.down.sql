DROP VIEW hosting_customer_deployments;
DROP TABLE hosting_deployments;
DROP TABLE hosting_sites;
