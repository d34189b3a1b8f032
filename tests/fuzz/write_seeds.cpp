// write_seeds FOLDER: the attacks of the kit, a file each, for raw_sql.cpp to begin with.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include <tenon/testing/attacks/catalogue.hpp>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_seeds FOLDER\n";
    return 2;
  }
  using namespace tenon;
  for (const auto& [flavour, name] :
       {std::pair{backend::Flavour::sqlite, "sqlite"}, std::pair{backend::Flavour::postgres, "postgres"}}) {
    const std::filesystem::path folder = std::filesystem::path(argv[1]) / name;
    std::filesystem::create_directories(folder);
    std::size_t number = 0;
    for (const testing::SqlAttack& attack : testing::sql_attacks(flavour)) {
      const char how = attack.columns.empty() ? '\x01' : attack.columns == "i" ? '\x02' : '\x00';
      std::ofstream(folder / std::to_string(number++), std::ios::binary) << how << attack.sql;
    }
  }
}
