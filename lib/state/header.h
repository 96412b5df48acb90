// What a state was made by: the tool and those of its flags that decide what the results are.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state/store.h"

namespace weir::state {

// A flag as messages call it, "--tumbling", and its value in one way of writing it; empty: not given.
using Meaning = std::pair<std::string, std::string>;

class Header final : public Part {
 public:
  Header(std::string tool, std::vector<Meaning> meanings)
      : tool_(std::move(tool)), meanings_(std::move(meanings)) {}

  void save(Writer& to) const override;
  void load(Reader& from) override;  // what was loaded is not what this has: see check()

  // Throws Error(Kind::usage), code "state_differs", with the flag, when what was loaded is another tool's or was made
  // with other flags; "state_version" when it was made by another version of the program that writes another format.
  void check(const std::string& directory) const;

 private:
  struct Loaded {
    std::uint64_t format = 0;
    std::string version;
    std::string tool;
    std::vector<Meaning> meanings;
  };
  const std::string tool_;
  const std::vector<Meaning> meanings_;
  Loaded loaded_;
};

}  // namespace weir::state
