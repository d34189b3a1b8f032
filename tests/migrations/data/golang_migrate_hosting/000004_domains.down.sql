DROP TABLE domains;
DROP DOMAIN hostname;
