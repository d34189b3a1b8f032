drop view hosting.customer_integrations;
drop table hosting.ecommerce_integrations;
