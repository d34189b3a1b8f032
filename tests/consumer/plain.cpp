#include <iostream>

#include <tenon/tenon.hpp>

// plain URL... : ends with 0 when a backend has registered itself for each URL, reachable or not.

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    try {
      std::cout << argv[i] << ": " << tenon::Database::open(argv[i]).version() << '\n';
    } catch (const tenon::Error& error) {
      std::cout << argv[i] << ": " << error.what() << '\n';
      if (error.kind() == tenon::Error::Kind::unsupported) return 1;
    }
  }
  return 0;
}
