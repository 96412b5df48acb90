#include "ops/exact_sum.h"

#include <algorithm>
#include <cmath>

#include "json/number.h"

namespace weir::ops {
namespace {

// sum + value, with what the rounding lost added to `lost`.
void add_compensated(double& sum, double& lost, double value) {
  const double next = sum + value;
  lost += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
  sum = next;
}

bool append_finite(std::string& out, double value) {
  if (!std::isfinite(value)) return out += "null", false;
  json::append_number(out, value);
  return true;
}

}  // namespace

int compare(const Number& a, const Number& b) {
  if (a.integer && b.integer) return (a.whole > b.whole) - (a.whole < b.whole);
  if (!a.integer && !b.integer) return (a.real > b.real) - (a.real < b.real);
  if (!a.integer) return -compare(b, a);
  const auto order = json::compare_numbers(a.whole, b.real);
  return (order > 0) - (order < 0);
}

void append_number(std::string& out, const Number& number) {
  if (number.integer) {
    json::append_number(out, number.whole);
  } else {
    json::append_number(out, number.real);
  }
}

ExactSum::Wide ExactSum::wide() const {
  return static_cast<Wide>((static_cast<unsigned __int128>(high_) << 64) | low_);
}

void ExactSum::set_wide(Wide value) {
  low_ = static_cast<std::uint64_t>(value);
  high_ = static_cast<std::int64_t>(value >> 64);
}

void ExactSum::add_real(double value) {
  add_compensated(sum_, lost_, value);
}

void ExactSum::add(const Number& number) {
  ++count_;
  if (number.integer) return set_wide(wide() + number.whole);
  ++reals_;
  add_real(number.real);
}

void ExactSum::remove(const Number& number) {
  --count_;
  if (number.integer) return set_wide(wide() - number.whole);
  --reals_;
  add_real(-number.real);
  if (reals_ == 0) sum_ = lost_ = 0;
}

void ExactSum::merge(const ExactSum& other) {
  set_wide(wide() + other.wide());
  count_ += other.count_;
  reals_ += other.reals_;
  if (other.reals_ == 0) return;
  add_real(other.sum_);
  lost_ += other.lost_;
}

double ExactSum::total() const {
  constexpr double kTwo64 = 18446744073709551616.0;
  double sum = sum_, lost = lost_;
  add_compensated(sum, lost, static_cast<double>(high_) * kTwo64);
  // The low half in two, so that each is exact as a double.
  add_compensated(sum, lost, static_cast<double>(low_ >> 32 << 32));
  add_compensated(sum, lost, static_cast<double>(low_ & 0xffffffffu));
  return sum + lost;
}

bool ExactSum::append_sum(std::string& out) const {
  if (count_ == 0) return out += "null", true;
  if (reals_ > 0) return append_finite(out, total());
  const Wide value = wide();
  const bool negative = value < 0;
  auto rest = negative ? 0 - static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value);
  char digits[48];
  char* at = digits + sizeof digits;
  do {
    *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest > 0);
  if (negative) *--at = '-';
  out.append(at, digits + sizeof digits);
  return true;
}

bool ExactSum::append_mean(std::string& out) const {
  if (count_ == 0) return out += "null", true;
  return append_finite(out, total() / static_cast<double>(count_));
}

void ExactSum::encode(state::Writer& to) const {
  to.number(low_);
  to.integer(high_);
  to.number(count_);
  to.number(reals_);
  if (reals_ == 0) return;
  to.real(sum_);
  to.real(lost_);
}

void ExactSum::decode(state::Reader& from) {
  low_ = from.number();
  high_ = from.integer();
  count_ = from.number();
  reals_ = from.number();
  sum_ = reals_ == 0 ? 0 : from.real();
  lost_ = reals_ == 0 ? 0 : from.real();
}

}  // namespace weir::ops
