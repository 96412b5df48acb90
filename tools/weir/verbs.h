// The tools of this project, for `weir --help` and "did you mean". Which of them are there is a matter of what was
// built and installed.
#pragma once

#include <array>
#include <string_view>

namespace weir {

struct Verb {
  std::string_view name;
  std::string_view summary;
};

inline constexpr std::array<Verb, 12> kVerbs = {{
    {"produce", "Write lines into a topic"},
    {"consume", "Read topics as lines"},
    {"filter", "Pass on the events for which an expression is true"},
    {"map", "Write the results of an expression for every event"},
    {"join", "Bring events of two inputs together"},
    {"window", "Sum up events over spans of time"},
    {"table", "Keep the latest event per key"},
    {"replay", "Write past events again, at the pace they had"},
    {"trigger", "Run a command for events"},
    {"serve-log", "Serve the local log to Kafka clients and browsers"},
    {"topics", "List, create, change, delete and check topics"},
    {"groups", "List, describe, reset and delete consumer groups"},
}};

}  // namespace weir
