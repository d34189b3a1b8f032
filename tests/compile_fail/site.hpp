#pragma once

// What the cases use.

#include <optional>
#include <string>
#include <tuple>

#include <tenon/tenon.hpp>

struct Site {
  std::string id;
  std::string name;
  std::optional<std::string> owner;
  int visits = 0;
};
BOOST_DESCRIBE_STRUCT(Site, (), (id, name, owner, visits))
template <>
struct tenon::Table<Site> {
  static constexpr auto name = "sites";
  static constexpr auto key = std::tuple{&Site::id};
};

struct Other {
  std::string id;
  std::string label;
  int visits = 0;
};
BOOST_DESCRIBE_STRUCT(Other, (), (id, label, visits))
template <>
struct tenon::Table<Other> {
  static constexpr auto name = "others";
  static constexpr auto key = std::tuple{&Other::id};
};

struct Versioned {
  std::string id;
  std::string label;
  int version = 1;
};
BOOST_DESCRIBE_STRUCT(Versioned, (), (id, label, version))
template <>
struct tenon::Table<Versioned> {
  static constexpr auto name = "versioned";
  static constexpr auto key = std::tuple{&Versioned::id};
};

using namespace tenon;
