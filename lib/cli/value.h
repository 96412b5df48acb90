// The types that a flag can fill, each with the grammar of its text. A grammar's error begins with the text itself.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.h"
#include "base/point.h"
#include "base/range.h"
#include "base/size.h"
#include "base/time_format.h"
#include "base/time_spec.h"
#include "base/zone.h"

namespace weir::cli {

// parse: throws Error(Kind::usage). text: the default for help; empty when there is nothing worth showing.
template <typename T>
struct Grammar;

template <>
struct Grammar<std::string> {
  static std::string parse(std::string_view text) { return std::string(text); }
  static std::string text(const std::string& value) { return value; }
};
template <>
struct Grammar<std::chrono::nanoseconds> {
  static std::chrono::nanoseconds parse(std::string_view text) { return base::parse_duration(text); }
  static std::string text(std::chrono::nanoseconds value) { return base::format_duration(value); }
};
template <>
struct Grammar<base::Size> {
  static base::Size parse(std::string_view text) { return base::parse_size(text); }
  static std::string text(base::Size value) { return base::format_size(value); }
};
template <>
struct Grammar<base::TimeSpec> {
  static base::TimeSpec parse(std::string_view text) { return base::parse_time(text); }
  static std::string text(const base::TimeSpec&) { return {}; }
};
template <>
struct Grammar<base::Point> {
  static base::Point parse(std::string_view text) { return base::parse_point(text); }
  static std::string text(const base::Point&) { return {}; }
};
template <>
struct Grammar<base::Range> {
  static base::Range parse(std::string_view text) { return base::parse_range(text); }
  static std::string text(const base::Range&) { return {}; }
};
template <>
struct Grammar<base::Field> {
  static base::Field parse(std::string_view text) { return base::parse_field(text); }
  static std::string text(const base::Field&) { return {}; }
};
template <>
struct Grammar<base::Zone> {
  static base::Zone parse(std::string_view text) { return base::Zone::open(text); }
  static std::string text(const base::Zone& value) { return value.name(); }
};

// A whole number within [low, high]; no sign unless low < 0, no separators.
std::int64_t parse_integer(std::string_view text, std::int64_t low, std::int64_t high);
std::uint64_t parse_count(std::string_view text);
double parse_number(std::string_view text);
std::string number_text(double value);

template <>
struct Grammar<std::uint64_t> {
  static std::uint64_t parse(std::string_view text) { return parse_count(text); }
  static std::string text(std::uint64_t value) { return value == 0 ? std::string() : std::to_string(value); }
};
template <>
struct Grammar<std::int64_t> {
  static std::int64_t parse(std::string_view text) { return parse_integer(text, INT64_MIN, INT64_MAX); }
  static std::string text(std::int64_t value) { return value == 0 ? std::string() : std::to_string(value); }
};
template <>
struct Grammar<std::int32_t> {
  static std::int32_t parse(std::string_view text) {
    return static_cast<std::int32_t>(parse_integer(text, INT32_MIN, INT32_MAX));
  }
  static std::string text(std::int32_t value) { return value == 0 ? std::string() : std::to_string(value); }
};
template <>
struct Grammar<base::Partition> {
  static base::Partition parse(std::string_view text) {
    return {static_cast<std::int32_t>(parse_integer(text, 0, INT32_MAX))};
  }
  static std::string text(base::Partition) { return {}; }
};
template <>
struct Grammar<double> {
  static double parse(std::string_view text) { return parse_number(text); }
  static std::string text(double value) { return number_text(value); }
};

template <typename T>
struct Value {
  static constexpr bool kRepeatable = false;
  static constexpr bool kRequired = true;
  static void set(std::string_view text, T& to) { to = Grammar<T>::parse(text); }
  static std::string text(const T& value) { return Grammar<T>::text(value); }
};
template <typename T>
struct Value<std::optional<T>> {
  static constexpr bool kRepeatable = false;
  static constexpr bool kRequired = false;
  static void set(std::string_view text, std::optional<T>& to) { to = Grammar<T>::parse(text); }
  static std::string text(const std::optional<T>& value) {
    return value ? Grammar<T>::text(*value) : std::string();
  }
};
template <typename T>
struct Value<std::vector<T>> {
  static constexpr bool kRepeatable = true;
  static constexpr bool kRequired = false;
  static void set(std::string_view text, std::vector<T>& to) { to.push_back(Grammar<T>::parse(text)); }
  static std::string text(const std::vector<T>&) { return {}; }
};

template <typename T>
concept FlagValue = !std::same_as<T, bool> && requires(T & to, std::string_view text) {
  Value<T>::set(text, to);
  { Value<T>::text(to) } -> std::same_as<std::string>;
};

}  // namespace weir::cli
