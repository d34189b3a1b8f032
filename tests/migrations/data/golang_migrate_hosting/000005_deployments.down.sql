DROP TABLE deployments;
DROP FUNCTION deployment_finished;
