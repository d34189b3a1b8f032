DROP TABLE servers;
DROP TYPE server_role;
