DROP TABLE [order log];
DROP TABLE orders;
DROP TABLE customers;
