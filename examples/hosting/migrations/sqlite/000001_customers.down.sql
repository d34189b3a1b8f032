DROP TABLE hosting_users;
DROP TABLE hosting_customers;
