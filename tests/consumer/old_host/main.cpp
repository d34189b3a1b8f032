#include <iostream>
#include <string>

std::string version_of(const char* url);

int main() {
  std::cout << version_of("sqlite::memory:") << '\n';
}
