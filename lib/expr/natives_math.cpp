// The C library's functions, by its names. An argument that C wants as an int is cut to a whole number and to the
// range of one.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "expr/native_tables.h"
#include "expr/native_words.h"
#include "expr/operators.h"

namespace weir::expr {
namespace {

using Args = std::span<Datum>;

bool numbers(Args args, Natives& natives) {
  for (const Datum& arg : args) {
    if (!arg.is(Kind::number)) return type_error(natives, arg, "number required");
  }
  return true;
}

template <double (*function)(double)>
bool of_one(Args args, Natives& natives, Datum& out) {
  if (!numbers(args.first(1), natives)) return false;
  out = Datum::number(function(args[0].to_double()));
  return true;
}

template <double (*function)(double, double)>
bool of_two(Args args, Natives& natives, Datum& out) {
  if (!numbers(args.subspan(1), natives)) return false;
  out = Datum::number(function(args[1].to_double(), args[2].to_double()));
  return true;
}

template <double (*function)(double, double, double)>
bool of_three(Args args, Natives& natives, Datum& out) {
  if (!numbers(args.subspan(1), natives)) return false;
  out = Datum::number(function(args[1].to_double(), args[2].to_double(), args[3].to_double()));
  return true;
}

template <typename Whole>
Whole whole(double number) {
  if (std::isnan(number)) return 0;
  constexpr Whole kMin = std::numeric_limits<Whole>::min();
  constexpr Whole kMax = std::numeric_limits<Whole>::max();
  if (number <= static_cast<double>(kMin)) return kMin;
  return number >= static_cast<double>(kMax) ? kMax : static_cast<Whole>(number);
}

double lgamma_of(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);  // lgamma itself writes a global
}
double nexttoward_of(double from, double to) {
  return std::nexttoward(from, static_cast<long double>(to));
}
double ldexp_of(double x, double exponent) {
  return std::isnan(exponent) ? exponent : std::ldexp(x, whole<int>(exponent));
}
double scalbln_of(double x, double exponent) {
  return std::isnan(exponent) ? exponent : std::scalbln(x, whole<long>(exponent));
}
// Bessel functions of an order: the C library goes there step by step.
template <double (*function)(int, double)>
bool of_order(Args args, Natives& natives, Datum& out) {
  if (!numbers(args.subspan(1), natives)) return false;
  const double order = args[1].to_double();
  constexpr std::uint64_t kOrdersPerStep = 8;
  natives.step(static_cast<std::uint64_t>(std::abs(std::int64_t{whole<int>(order)})) / kOrdersPerStep);
  out = Datum::number(std::isnan(order) ? order : function(whole<int>(order), args[2].to_double()));
  return true;
}

void pair(double first, Datum second, Datum& out) {
  Datum made = Datum::array(2);
  made.push(Datum::number(first));
  made.push(std::move(second));
  out = std::move(made);
}

bool frexp(Args args, Natives& natives, Datum& out) {
  if (!numbers(args, natives)) return false;
  int exponent = 0;
  const double number = args[0].to_double();
  const double fraction = std::frexp(number, &exponent);
  pair(fraction, Datum::integer(std::isfinite(number) ? exponent : 0), out);
  return true;
}

bool modf(Args args, Natives& natives, Datum& out) {
  if (!numbers(args, natives)) return false;
  double integral = 0;
  const double fraction = std::modf(args[0].to_double(), &integral);
  pair(fraction, Datum::number(integral), out);
  return true;
}

bool lgamma_r(Args args, Natives& natives, Datum& out) {
  if (!numbers(args, natives)) return false;
  int sign = 0;
  const double value = ::lgamma_r(args[0].to_double(), &sign);
  pair(value, Datum::integer(sign), out);
  return true;
}

bool infinite(Args, Natives&, Datum& out) {
  out = Datum::number(std::numeric_limits<double>::infinity());
  return true;
}
bool nan(Args, Natives&, Datum& out) {
  out = Datum::number(std::numeric_limits<double>::quiet_NaN());
  return true;
}

template <bool (*judge)(double)>
bool judged(Args args, Natives&, Datum& out) {
  out = Datum::boolean(args[0].is(Kind::number) && judge(args[0].to_double()));
  return true;
}

// 1.7's abs: what is not negative stays as it is, digits and all.
bool abs(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::number)) return type_error(natives, args[0], "has no absolute value");
  if (args[0].to_double() < 0) return negate(args[0], natives, out);
  out = std::move(args[0]);
  return true;
}

constexpr auto kRows = std::to_array<NativeRow>({
    {"abs", 0, abs},
    {"acos", 0, of_one<::acos>},
    {"acosh", 0, of_one<::acosh>},
    {"asin", 0, of_one<::asin>},
    {"asinh", 0, of_one<::asinh>},
    {"atan", 0, of_one<::atan>},
    {"atan2", 2, of_two<::atan2>},
    {"atanh", 0, of_one<::atanh>},
    {"cbrt", 0, of_one<::cbrt>},
    {"ceil", 0, of_one<::ceil>},
    {"copysign", 2, of_two<::copysign>},
    {"cos", 0, of_one<::cos>},
    {"cosh", 0, of_one<::cosh>},
    {"drem", 2, of_two<::remainder>},
    {"erf", 0, of_one<::erf>},
    {"erfc", 0, of_one<::erfc>},
    {"exp", 0, of_one<::exp>},
    {"exp10", 0, of_one<::exp10>},
    {"exp2", 0, of_one<::exp2>},
    {"expm1", 0, of_one<::expm1>},
    {"fabs", 0, of_one<::fabs>},
    {"fdim", 2, of_two<::fdim>},
    {"floor", 0, of_one<::floor>},
    {"fma", 3, of_three<::fma>},
    {"fmax", 2, of_two<::fmax>},
    {"fmin", 2, of_two<::fmin>},
    {"fmod", 2, of_two<::fmod>},
    {"frexp", 0, frexp},
    {"gamma", 0, of_one<lgamma_of>},
    {"hypot", 2, of_two<::hypot>},
    {"infinite", 0, infinite},
    {"isinfinite", 0, judged<[](double x) { return std::isinf(x); }>},
    {"isnan", 0, judged<[](double x) { return std::isnan(x); }>},
    {"isnormal", 0, judged<[](double x) { return std::isnormal(x); }>},
    {"j0", 0, of_one<::j0>},
    {"j1", 0, of_one<::j1>},
    {"jn", 2, of_order<::jn>},
    {"ldexp", 2, of_two<ldexp_of>},
    {"lgamma", 0, of_one<lgamma_of>},
    {"lgamma_r", 0, lgamma_r},
    {"log", 0, of_one<::log>},
    {"log10", 0, of_one<::log10>},
    {"log1p", 0, of_one<::log1p>},
    {"log2", 0, of_one<::log2>},
    {"logb", 0, of_one<::logb>},
    {"modf", 0, modf},
    {"nan", 0, nan},
    {"nearbyint", 0, of_one<::nearbyint>},
    {"nextafter", 2, of_two<::nextafter>},
    {"nexttoward", 2, of_two<nexttoward_of>},
    {"pow", 2, of_two<::pow>},
    {"pow10", 0, of_one<::exp10>},
    {"remainder", 2, of_two<::remainder>},
    {"rint", 0, of_one<::rint>},
    {"round", 0, of_one<::round>},
    {"scalb", 2, of_two<::scalb>},
    {"scalbln", 2, of_two<scalbln_of>},
    {"significand", 0, of_one<::significand>},
    {"sin", 0, of_one<::sin>},
    {"sinh", 0, of_one<::sinh>},
    {"sqrt", 0, of_one<::sqrt>},
    {"tan", 0, of_one<::tan>},
    {"tanh", 0, of_one<::tanh>},
    {"tgamma", 0, of_one<::tgamma>},
    {"trunc", 0, of_one<::trunc>},
    {"y0", 0, of_one<::y0>},
    {"y1", 0, of_one<::y1>},
    {"yn", 2, of_order<::yn>},
});

}  // namespace

std::span<const NativeRow> math_natives() {
  return kRows;
}

}  // namespace weir::expr
