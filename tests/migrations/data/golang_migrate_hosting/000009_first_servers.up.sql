INSERT INTO servers (hostname, role, region, capacity, facts, labels) VALUES
    ('web-1', 'web', 'eu-west', 200, '{"php": ["8.1", "8.2"], "note": "drain; then reboot"}', '{new,ssd}'),
    ('web-2', 'web', 'us-east', 150, E'{"motd": "it\'s \\"web-2\\""}', '{}'),
    ('db-1', 'database', 'eu-west', 40, $json${"max_connections": 200}$json$, ARRAY['raid;10']);

-- no semicolon behind the last statement
UPDATE servers SET labels = array_append(labels, 'first') WHERE hostname LIKE '%-1'
