#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <tenon/condition.hpp>

namespace tenon {

/// A condition put together at run time, for list endpoints with filters that may be absent:
///
///     tenon::Filter<Incident> filter;
///     filter.add(field<&Incident::status> == Status::pending);
///     filter.equal<&Incident::service>(maybe_service);       // nothing is added for an empty optional
///     auto page = incidents.find(where(filter).order_by(desc<&Incident::created_at>));
///
/// All terms must hold; without any, every row of the tenant is found. Each distinct set of terms is one
/// statement text, kept in the bounded statement cache. Any number of terms may be added, as long as the
/// database takes their values (limit_exceeded).
template <class T>
class Filter : public detail::DynamicCondition {
 public:
  template <Condition C>
  Filter& add(C condition) {
    terms_.push_back(std::make_shared<const TermOf<C>>(std::move(condition)));
    return *this;
  }
  template <auto Member, class V>
  Filter& equal(const std::optional<V>& value) {
    if (value) add(field<Member> == *value);
    return *this;
  }

  [[nodiscard]] std::size_t parameter_count() const noexcept {
    std::size_t count = 0;
    for (const auto& term : terms_) count += term->parameter_count();
    return count;
  }
  template <class Entity>
  static void write(detail::SqlText& out, const Filter* self) {
    static_assert(std::same_as<Entity, T>, "tenon: this Filter is for another entity");
    if (self->terms_.empty()) {
      out << "TRUE";
    } else {
      write_terms(out, self->terms_);
    }
  }
  backend::Value* encode(backend::Value* out, Scratch& scratch) const {
    for (const auto& term : terms_) out = term->encode(out, scratch);
    return out;
  }

 private:
  struct Term {
    virtual ~Term() = default;
    virtual void write(detail::SqlText& out) const = 0;
    [[nodiscard]] virtual std::size_t parameter_count() const noexcept = 0;
    virtual backend::Value* encode(backend::Value* out, Scratch& scratch) const = 0;
  };
  template <class C>
  struct TermOf final : Term {
    explicit TermOf(C c) : condition(std::move(c)) {}
    void write(detail::SqlText& out) const override { C::template write<T>(out, &condition); }
    [[nodiscard]] std::size_t parameter_count() const noexcept override {
      return condition.parameter_count();
    }
    backend::Value* encode(backend::Value* out, Scratch& scratch) const override {
      return condition.encode(out, scratch);
    }
    C condition;
  };

  using Terms = std::span<const std::shared_ptr<const Term>>;

  // In halves when they are many: a chain of AND is as deep as it is long, and SQLite takes a thousand
  // levels (https://sqlite.org/limits.html, 4).
  static void write_terms(detail::SqlText& out, Terms terms) {
    constexpr std::size_t chain = 32;
    if (terms.size() <= chain) {
      detail::Separator both(" AND ");
      for (const auto& term : terms) {
        both(out);
        term->write(out);
      }
      return;
    }
    out << "(";
    write_terms(out, terms.first(terms.size() / 2));
    out << ") AND (";
    write_terms(out, terms.subspan(terms.size() / 2));
    out << ")";
  }

  std::vector<std::shared_ptr<const Term>> terms_;
};

}  // namespace tenon
