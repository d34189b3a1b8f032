#pragma once

#include <array>

#include <tenon/testing/attacks/attack.hpp>

namespace tenon::test {

// Beyond the kit's: attacks on tables of every shape that the guard tells apart; see sqlite_scene.hpp.
inline constexpr std::array scene_attacks = std::to_array<testing::SqlAttack>({
    {"natural left join", "t", "SELECT name FROM sites NATURAL LEFT JOIN notes", "rows 2"},
    {"right join", "t", "SELECT n.body FROM sites s RIGHT JOIN notes n ON s.id = n.id", "any"},
    {"full join on false", "t", "SELECT coalesce(n.body, s.name) FROM sites s FULL JOIN notes n ON 0",
     "any"},
    {"read-only table reads", "t", "SELECT body FROM notes", "rows 2"},
    {"read-only counter reads", "i", "SELECT count(*) FROM counters", "value 2"},
    {"window over all", "tr", "SELECT name, sum(budget) OVER (ORDER BY id) FROM policies", "rows 2"},
    {"base table with the view's name in main", "t", "SELECT body FROM main.notes", "refused"},
    {"count of the base table in main", "i", "SELECT count(*) FROM main.notes", "refused"},
    {"settings without a tenant", "t", "SELECT value FROM settings", "refused"},
    {"count of settings", "i", "SELECT count(*) FROM settings", "refused"},
    {"a view of the main schema", "t", "SELECT name FROM every_policy", "refused"},
    {"count of a view of the main schema", "i", "SELECT count(*) FROM main.every_policy", "refused"},
    {"ALTER drops the tenant", "", "ALTER TABLE hosting_counters DROP COLUMN tenant_id", "refused"},
    {"printf of the own row", "t", "SELECT printf('%s %q', name, description) FROM policies", "rows 2"},
    {"json_each of own JSON", "t", "SELECT j.value FROM analyses, json_each(risk_flags) j", "rows 1"},
    {"RETURNING a subquery on the view", "t",
     "UPDATE sites SET plan = 'paid' RETURNING (SELECT group_concat(name) FROM policies)", "any"},
    {"RETURNING all", "ttt", "DELETE FROM notes RETURNING *", "refused"},
    {"write to a read-only table", "", "UPDATE notes SET body = 'x'", "refused"},
    {"write to a table with a shared key", "",
     "INSERT INTO counters (id, tenant_id, label) VALUES (3, {attacker}, 'x')", "refused"},
    {"probe of a shared key", "",
     "INSERT OR IGNORE INTO counters (id, tenant_id, label) VALUES (4, {attacker}, 'x')", "refused"},
    {"write to a view of main", "", "DELETE FROM every_policy", "refused"},
    {"write to settings", "", "UPDATE settings SET value = 'x'", "refused"},
    {"base table of a host", "t", "SELECT name FROM hosting_sites", "refused"},
    {"count of a host's base table", "i", "SELECT count(*) FROM main.hosting_sites", "refused"},
    {"INSERT SELECT from the view", "",
     "INSERT INTO sites (id, name) SELECT 'x' || id, 'copy ' || name FROM sites", "rows 2"},
    {"a unique value that the victim has", "",
     "INSERT INTO sites (id, name) VALUES ('new', 'VICTIM-MARKER site shared')", "rows 1"},
    {"INSERT OR REPLACE of a unique name", "",
     "INSERT OR REPLACE INTO sites (id, name) VALUES ('new', 'VICTIM-MARKER site shared')", "rows 1"},
    {"REPLACE of the own row at a key that the victim has", "",
     "REPLACE INTO sites (id, name) VALUES ('shared', 'replaced')", "rows 1"},
    // The error would come of a row that the victim has.
    {"an error over an index without the tenant", "i",
     "SELECT count(*) FROM tagged_notes WHERE body = 'VICTIM-MARKER note' AND"
     " abs(CASE WHEN tag LIKE 'VICTIM%' THEN -9223372036854775807 - 1 ELSE 0 END) = 0",
     "value 0"},
    {"the same on a table without another index", "i",
     "SELECT count(*) FROM loose_notes WHERE body = 'VICTIM-MARKER note' AND"
     " abs(CASE WHEN tag LIKE 'VICTIM%' THEN -9223372036854775807 - 1 ELSE 0 END) = 0",
     "value 0"},
    {"the same on a table without rowid", "i",
     "SELECT count(*) FROM packed_notes WHERE body = 'VICTIM-MARKER note' AND"
     " abs(CASE WHEN tag LIKE 'VICTIM%' THEN -9223372036854775807 - 1 ELSE 0 END) = 0",
     "value 0"},
    {"JSON that is none over an index without the tenant", "i",
     "SELECT count(*) FROM loose_notes WHERE body BETWEEN 'VICTIM' AND 'VICTIN' AND"
     " json_extract(tag, '$') IS NULL",
     "value 0"},
    // SQLite looks at a branch of an OR before it looks at what stands beside the OR: at the tenant.
    {"an error in a branch of an OR behind a left join", "i",
     "SELECT count(b.name) FROM (SELECT '-' AS i) x LEFT JOIN policies b ON (b.tenant_id = 'victim' AND"
     " b.id = 'shared' AND abs(CASE WHEN b.tenant_id = 'victim' THEN -9223372036854775807 - 1 ELSE 0 END) "
     "= 0)"
     " OR b.id = x.i",
     "value 0"},
    {"the same in a branch that is found by the rowid", "i",
     "SELECT count(*) FROM counters WHERE (id = 3 AND"
     " abs(CASE WHEN label LIKE 'VICTIM%' THEN -9223372036854775807 - 1 ELSE 0 END) = 0) OR id = -1",
     "value 0"},
    {"the same in a table without rowid", "i",
     "SELECT count(b.tag) FROM (SELECT '-' AS i) x LEFT JOIN packed_notes b ON (b.tenant_id = 'victim' AND"
     " b.id = 'shared' AND abs(CASE WHEN b.tag LIKE 'VICTIM%' THEN -9223372036854775807 - 1 ELSE 0 END) = "
     "0)"
     " OR b.id = x.i",
     "value 0"},
    {"the same after rows that were given", "t",
     "SELECT name FROM policies UNION ALL SELECT CAST(count(*) AS TEXT) FROM counters WHERE (id = 3 AND"
     " abs(CASE WHEN label LIKE 'VICTIM%' THEN -9223372036854775807 - 1 ELSE 0 END) = 0) OR id = -1",
     "rows 3"},
    {"the same in the condition of a write", "",
     "UPDATE sites SET plan = 'paid' WHERE id = 'second' OR EXISTS (SELECT 1 FROM counters WHERE (id = 3 "
     "AND"
     " abs(CASE WHEN label LIKE 'VICTIM%' THEN -9223372036854775807 - 1 ELSE 0 END) = 0) OR id = -1)",
     "rows 1"},
    {"an error in a row of one's own", "i",
     "SELECT abs(CASE WHEN label = 'own' THEN -9223372036854775807 - 1 ELSE 0 END) FROM counters",
     "refused"},
    {"an aggregate over an index without the tenant", "t", "SELECT max(body) FROM loose_notes", "rows 1"},
    {"a table with an index without the tenant", "t", "SELECT body FROM loose_notes WHERE id = 'shared'",
     "rows 1"},
    {"a table without rowid", "t", "SELECT body FROM packed_notes WHERE id = 'shared'", "rows 1"},
});

}  // namespace tenon::test
