drop view hosting.customer_deployments;
drop table hosting.deployments;
drop table hosting.sites;
