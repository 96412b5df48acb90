#include "base/nearest.h"

#include <doctest/doctest.h>

#include <vector>

using weir::base::nearest_name;

TEST_CASE("a typing slip finds the name that was meant") {
  const std::vector<std::string> known{"orders", "order-items", "payments", "Flights"};
  CHECK(nearest_name("order", known) == "orders");
  CHECK(nearest_name("oders", known) == "orders");
  CHECK(nearest_name("roders", known) == "orders");
  CHECK(nearest_name("paymnets", known) == "payments");
  CHECK(nearest_name("flights", known) == "Flights");
  CHECK(nearest_name("ORDERS", known) == "");  // six half changes are more than a third of the name
  CHECK(nearest_name("orders", known) == "orders");
}

TEST_CASE("a name that is near nothing gets no hint") {
  const std::vector<std::string> known{"orders", "ab"};
  CHECK(nearest_name("zebra", known) == "");
  CHECK(nearest_name("xy", known) == "");
  CHECK(nearest_name("", known) == "");
  CHECK(nearest_name("orders", {}) == "");
}

TEST_CASE("the first of equally near names wins") {
  const std::vector<std::string> known{"cats", "cars"};
  CHECK(nearest_name("caps", known) == "cats");
}
