DELETE FROM servers WHERE hostname IN ('web-1', 'web-2', 'db-1');
