#include "ops/merge_objects.h"

#include <boost/unordered/unordered_flat_set.hpp>

#include "json/cursor.h"
#include "json/text.h"

namespace weir::ops {
namespace {

using Names = boost::unordered_flat_set<std::string>;

Names names_of(std::string_view json, std::string& buffer) {
  Names names;
  json::Members members(json::parse_value(json));
  for (json::Member member; members.next(member);) names.emplace(json::text_of(member.name, buffer));
  return names;
}

}  // namespace

void append_merged(std::string& out, const NamedObject& left, const NamedObject& right) {
  std::string buffer;
  const Names left_names = names_of(left.json, buffer), right_names = names_of(right.json, buffer);
  const std::size_t start = out.size();
  const auto add = [&](const NamedObject& object, const Names& others) {
    json::Members members(json::parse_value(object.json));
    for (json::Member member; members.next(member);) {
      out += out.size() == start ? '{' : ',';
      const std::string_view name = json::text_of(member.name, buffer);
      if (others.contains(std::string(name))) {
        json::append_quoted(out, std::string(object.name) + "_" + std::string(name));
      } else {
        out += member.name.raw();
      }
      out += ':';
      out += member.value.raw();
    }
  };
  add(left, right_names);
  add(right, left_names);
  out += out.size() == start ? "{}" : "}";
}

}  // namespace weir::ops
