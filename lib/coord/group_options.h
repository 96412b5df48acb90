// What a member of a group is told, on either bus.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace weir::coord {

struct GroupOptions {
  std::string name;
  // none: never, so that the next run reads the same again; zero: each time that rows become safe downstream.
  std::optional<std::chrono::nanoseconds> commit_every{std::chrono::nanoseconds{0}};
  std::function<void(const std::string&)> say = [](const std::string&) {};  // what is of note, one line each
};

}  // namespace weir::coord
