#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <tenon/administrator_scope.hpp>
#include <tenon/filter.hpp>
#include <tenon/interchange.hpp>

#include "commands.hpp"
#include "content.hpp"
#include "files.hpp"
#include "json_list.hpp"
#include "member_text.hpp"
#include "output.hpp"
#include "session.hpp"
#include "table.hpp"

// `policy`, `analysis` and `incident` have the same verbs. A kind says what differs:
//   Entity, Summary (the projection that lists show), Key (one with the key only), Store
//   name, content
//   add_options(CLI::App&), filter(): what list and count keep
//   query(filter): with its order
//   columns(), cells(summary)
//   find(store, key): the entity that a user's KEY names, if it is there
//   remove(store, entity)

namespace tenon::cli {

template <class Kind>
class EntityCommand {
  using Entity = typename Kind::Entity;
  using Summary = typename Kind::Summary;
  using Store = typename Kind::Store;

 public:
  static void add(CLI::App& program, Session& session) {
    CLI::App* command = program.add_subcommand(Kind::name, std::string("Work with ") + content_name());
    command->require_subcommand(1);
    add_list(*command, session);
    add_count(*command, session);
    add_get(*command, session);
    add_put(*command, session);
    add_delete(*command, session);
  }

 private:
  struct ListOptions {
    Kind kind;
    std::size_t limit = 50;
    std::string after;
  };

  static std::string content_name() { return std::string(plural(Kind::content)); }

  static void add_list(CLI::App& command, Session& session) {
    CLI::App* list = command.add_subcommand("list", "Show one page of them, without their large JSON");
    auto options = std::make_shared<ListOptions>();
    list->add_option("--limit", options->limit, "Most rows to show")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    list->add_option("--after", options->after, "Continue after this cursor, which the last page printed");
    options->kind.add_options(*list);
    list->callback([options, &session] { run_list(*options, session); });
  }

  static void run_list(const ListOptions& options, Session& session) {
    std::optional<Cursor> after;
    if (!options.after.empty()) after = Cursor{options.after};
    const auto query = Kind::query(options.kind.filter()).limit(options.limit).after(std::move(after));
    if (session.settings.admin) {
      const auto page = session.administrator().find<Entity, Summary>(query);
      show(
          page, [](const Owned<Summary>& row) -> const Summary& { return row.entity; }, session);
    } else {
      const auto page = Store{session.reader()}.template find<Summary>(query);
      show(
          page, [](const Summary& row) -> const Summary& { return row; }, session);
    }
  }

  // The tenant of a row that tells it.
  static std::optional<std::string> tenant_of(const Owned<Summary>& row) { return row.tenant; }
  static std::optional<std::string> tenant_of(const Summary&) { return std::nullopt; }

  template <class Row, class Get>
  static void show(const Page<Row>& page, Get&& summary_of, const Session& session) {
    if (session.settings.json) {
      std::string out = "{\"items\":[";
      for (const Row& row : page) {
        if (&row != page.items.data()) out += ',';
        interchange::append_json(out, summary_of(row), tenant_of(row));
      }
      out += "],\"next\":";
      out += page.next ? json_text(page.next->text) : "null";
      write(out + "}\n");
      return;
    }
    auto columns = Kind::columns();
    if (session.settings.admin) columns.insert(columns.begin(), Table::Column{"TENANT"});
    Table table(std::move(columns));
    for (const Row& row : page) {
      auto cells = Kind::cells(summary_of(row));
      if (auto tenant = tenant_of(row)) cells.insert(cells.begin(), *std::move(tenant));
      table.add(std::move(cells));
    }
    write(table.empty() ? "No " + content_name() + ".\n" : table.text());
    if (page.next) write("More: --after " + page.next->text + "\n");
  }

  static void add_count(CLI::App& command, Session& session) {
    CLI::App* count = command.add_subcommand("count", "Count them; with --admin, each tenant's");
    auto kind = std::make_shared<Kind>();
    kind->add_options(*count);
    count->callback([kind, &session] { run_count(*kind, session); });
  }

  static void run_count(const Kind& kind, Session& session) {
    if (session.settings.admin) {
      std::map<std::string, std::uint64_t> counts;
      session.administrator().for_each<Entity, typename Kind::Key>(
          where(kind.filter()), [&](const Owned<typename Kind::Key>& row) { ++counts[row.tenant]; });
      show_counts(counts, session);
      return;
    }
    const std::uint64_t count = Store{session.reader()}.count(kind.filter());
    const std::string digits = std::to_string(count);
    write(session.settings.json ? "{\"count\":" + digits + "}\n" : digits + "\n");
  }

  static void show_counts(const std::map<std::string, std::uint64_t>& counts, const Session& session) {
    std::string json;
    Table table({{"TENANT"}, {"COUNT", Table::Align::right}});
    for (const auto& [tenant, count] : counts) {
      json += (json.empty() ? "{\"tenant_id\":" : ",{\"tenant_id\":") + json_text(tenant) +
              ",\"count\":" + std::to_string(count) + "}";
      table.add({tenant, std::to_string(count)});
    }
    write(session.settings.json ? "[" + json + "]\n" : table.text());
  }

  // One entity, or a Failure that says which is missing.
  static Entity require(const Store& store, const std::string& key, const std::string& tenant) {
    std::optional<Entity> found = Kind::find(store, key);
    if (!found)
      throw Failure("tenant " + printable(tenant) + " has no " + Kind::name + " " + printable(key) +
                    "; see: tenon " + Kind::name + " list");
    return *std::move(found);
  }

  static std::shared_ptr<std::string> add_key(CLI::App& command) {
    auto key = std::make_shared<std::string>();
    command.add_option("KEY", *key, Kind::key_help)->required();
    return key;
  }

  static void add_get(CLI::App& command, Session& session) {
    CLI::App* get = command.add_subcommand("get", "Show one of them in full");
    auto key = add_key(*get);
    get->callback([key, &session] {
      const Entity entity = require(Store{session.reader()}, *key, session.tenant());
      write(session.settings.json ? interchange::to_json(entity) + "\n" : fields_of(entity));
    });
  }

  // One line for each member; "-" where there is nothing.
  static std::string fields_of(const Entity& entity) {
    std::string out;
    using Columns = tenon::detail::Columns<Entity>;
    std::size_t width = 0;
    for (const auto name : Columns::names) width = std::max(width, name.size());
    Columns::for_each([&](auto i) {
      const auto& member = entity.*Columns::template descriptor<i>::pointer;
      out += std::string(Columns::names[i]) + std::string(width + 2 - Columns::names[i].size(), ' ') +
             printable(member_text(member)) + "\n";
    });
    return out;
  }

  static void add_put(CLI::App& command, Session& session) {
    CLI::App* put = command.add_subcommand("put", "Store what a JSON file holds, replacing what is there");
    auto path = std::make_shared<std::string>();
    put->add_option("FILE", *path, "The file; - is standard input")->required();
    put->callback([path, &session] {
      const TenantScope scope = session.writer();
      const Stored stored = store_text(scope, Kind::content, read_file(*path), display_name(*path), {});
      std::string out;
      for (const std::string& key : stored.keys)
        out += session.settings.json ? (out.empty() ? "" : ",") + json_text(key) : printable(key) + "\n";
      write(session.settings.json ? "{\"stored\":[" + out + "]}\n" : out);
    });
  }

  static void add_delete(CLI::App& command, Session& session) {
    CLI::App* remove = command.add_subcommand("delete", "Remove one of them");
    auto key = add_key(*remove);
    remove->callback([key, &session] {
      const Store store{session.writer()};
      Kind::remove(store, require(store, *key, session.tenant()));
      write(session.settings.json ? "{\"deleted\":" + json_text(*key) + "}\n"
                                  : std::string("Deleted ") + Kind::name + " " + printable(*key) + ".\n");
    });
  }
};

}  // namespace tenon::cli
