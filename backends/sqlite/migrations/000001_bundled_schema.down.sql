DROP TABLE tenon_cache_metadata;
DROP TABLE tenon_incidents;
DROP TABLE tenon_analyses;
DROP TABLE tenon_policies;
