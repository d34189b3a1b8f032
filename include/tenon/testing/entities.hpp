#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/blob.hpp>
#include <tenon/decimal.hpp>
#include <tenon/json.hpp>
#include <tenon/json_column.hpp>
#include <tenon/table.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

// The entities of an imagined host, on which the suites work. Their tables: tenon/testing/host_schema.hpp.

namespace tenon::testing {

enum class Colour : std::uint8_t { red, green, blue, default_ };
BOOST_DESCRIBE_ENUM(Colour, red, green, blue, default_)

/// One member of every column type, and an optional one of each.
struct Sample {
  Uuid id;
  bool flag = false;
  std::int8_t tiny = 0;
  std::uint8_t utiny = 0;
  std::int16_t small = 0;
  std::uint16_t usmall = 0;
  std::int32_t medium = 0;
  std::uint32_t umedium = 0;
  std::int64_t large = 0;
  std::uint64_t ularge = 0;
  float single = 0;
  double real = 0;
  std::string words;
  Colour colour = Colour::red;
  Uuid identity;
  Timestamp moment{};
  Date day{};
  Decimal amount;
  Json document;
  Blob bytes;
  std::optional<bool> maybe_flag;
  std::optional<std::int8_t> maybe_tiny;
  std::optional<std::uint8_t> maybe_utiny;
  std::optional<std::int16_t> maybe_small;
  std::optional<std::uint16_t> maybe_usmall;
  std::optional<std::int32_t> maybe_medium;
  std::optional<std::uint32_t> maybe_umedium;
  std::optional<std::int64_t> maybe_large;
  std::optional<std::uint64_t> maybe_ularge;
  std::optional<float> maybe_single;
  std::optional<double> maybe_real;
  std::optional<std::string> maybe_words;
  std::optional<Colour> maybe_colour;
  std::optional<Uuid> maybe_identity;
  std::optional<Timestamp> maybe_moment;
  std::optional<Date> maybe_day;
  std::optional<Decimal> maybe_amount;
  std::optional<Json> maybe_document;
  std::optional<Blob> maybe_bytes;

  friend bool operator==(const Sample&, const Sample&) = default;
};
BOOST_DESCRIBE_STRUCT(Sample, (),
                      (id, flag, tiny, utiny, small, usmall, medium, umedium, large, ularge, single, real,
                       words, colour, identity, moment, day, amount, document, bytes, maybe_flag,
                       maybe_tiny, maybe_utiny, maybe_small, maybe_usmall, maybe_medium, maybe_umedium,
                       maybe_large, maybe_ularge, maybe_single, maybe_real, maybe_words, maybe_colour,
                       maybe_identity, maybe_moment, maybe_day, maybe_amount, maybe_document, maybe_bytes))

struct Shelf {
  std::string id;
  std::string label;
  friend bool operator==(const Shelf&, const Shelf&) = default;
};
BOOST_DESCRIBE_STRUCT(Shelf, (), (id, label))

/// A key of two parts, a version, both timestamps, and every kind of constraint.
struct Item {
  std::string shelf;  ///< a Shelf
  std::int32_t slot = 0;
  std::string name;                   ///< unique within the tenant
  std::int64_t quantity = 0;          ///< not negative
  std::optional<std::string> owner;   ///< NOT NULL in the database
  std::optional<std::string> order_;  ///< a keyword of SQL, less its underscore
  std::int32_t version = 1;
  Timestamp created_at{};
  Timestamp updated_at{};
  friend bool operator==(const Item&, const Item&) = default;
};
BOOST_DESCRIBE_STRUCT(Item, (),
                      (shelf, slot, name, quantity, owner, order_, version, created_at, updated_at))

/// Plain data for conditions, pages, batches and streams.
struct Reading {
  std::int64_t id = 0;
  std::string room;
  std::int32_t level = 0;
  double value = 0;
  bool valid = true;
  Colour colour = Colour::red;
  Uuid device;
  Timestamp taken_at{};
  Date day{};
  std::optional<std::string> remark;
  std::optional<std::int64_t> ticket;
  friend bool operator==(const Reading&, const Reading&) = default;
};
BOOST_DESCRIBE_STRUCT(Reading, (),
                      (id, room, level, value, valid, colour, device, taken_at, day, remark, ticket))

/// Refers to another link by a foreign key that is checked when the transaction commits.
struct Link {
  std::string id;
  std::string target;
};
BOOST_DESCRIBE_STRUCT(Link, (), (id, target))

/// Nothing but a key.
struct Tag {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (name))

/// Described structs and vectors as JSON columns (tenon/json_column.hpp).
struct Measure {
  std::int16_t level = 0;
  double value = 0;
  std::optional<std::string> unit;
  friend bool operator==(const Measure&, const Measure&) = default;
};
BOOST_DESCRIBE_STRUCT(Measure, (), (level, value, unit))

struct Details {
  bool sealed = false;
  std::uint64_t serial = 0;
  std::string note;
  Colour colour = Colour::red;
  Uuid device;
  Timestamp at{};
  Date day{};
  Decimal price;
  Json raw{"null"};
  std::vector<Measure> measures;
  friend bool operator==(const Details&, const Details&) = default;
};
BOOST_DESCRIBE_STRUCT(Details, (), (sealed, serial, note, colour, device, at, day, price, raw, measures))

struct Parcel {
  std::string id;
  Details details;
  std::vector<std::string> labels;
  std::optional<Measure> weight;
  friend bool operator==(const Parcel&, const Parcel&) = default;
};
BOOST_DESCRIBE_STRUCT(Parcel, (), (id, details, labels, weight))

/// The JSON of a Parcel as text, to store what the struct would never write.
struct ParcelText {
  std::string id;
  Json details;
  Json labels;
  std::optional<Json> weight;
};
BOOST_DESCRIBE_STRUCT(ParcelText, (), (id, details, labels, weight))

// Projections.
struct ReadingId {
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(ReadingId, (), (id))
struct ReadingPlace {
  std::string room;
  std::optional<std::string> remark;
};
BOOST_DESCRIBE_STRUCT(ReadingPlace, (), (room, remark))

}  // namespace tenon::testing

template <>
struct tenon::Table<tenon::testing::Sample> {
  static constexpr auto name = "kit.samples";
  static constexpr auto key = std::tuple{&tenon::testing::Sample::id};
};
template <>
struct tenon::Table<tenon::testing::Shelf> {
  static constexpr auto name = "kit.shelves";
  static constexpr auto key = std::tuple{&tenon::testing::Shelf::id};
};
template <>
struct tenon::Table<tenon::testing::Item> {
  static constexpr auto name = "kit.items";
  static constexpr auto key = std::tuple{&tenon::testing::Item::shelf, &tenon::testing::Item::slot};
};
template <>
struct tenon::Table<tenon::testing::Reading> {
  static constexpr auto name = "kit.readings";
  static constexpr auto key = std::tuple{&tenon::testing::Reading::id};
};
template <>
struct tenon::Table<tenon::testing::Link> {
  static constexpr auto name = "kit.links";
  static constexpr auto key = std::tuple{&tenon::testing::Link::id};
};
template <>
struct tenon::Table<tenon::testing::Tag> {
  static constexpr auto name = "kit.tags";
  static constexpr auto key = std::tuple{&tenon::testing::Tag::name};
};
template <>
struct tenon::Table<tenon::testing::Parcel> {
  static constexpr auto name = "kit.parcels";
  static constexpr auto key = std::tuple{&tenon::testing::Parcel::id};
};
template <>
struct tenon::Table<tenon::testing::ParcelText> {
  static constexpr auto name = "kit.parcels";
  static constexpr auto key = std::tuple{&tenon::testing::ParcelText::id};
};
