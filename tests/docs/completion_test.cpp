// The completions, asked as the shells ask them. A shell that is not installed is skipped, and said so.
#include <doctest/doctest.h>

#include <set>
#include <sstream>

#include "docs/workshop.h"
#include "support/tally.h"

namespace {

using namespace weir;

bool has_shell(const docs::Workshop& workshop, const std::string& shell) {
  if (workshop.run("command -v " + shell).exit == 0) return true;
  testing::skip(shell + " is not installed");
  return false;
}

std::set<std::string> words(const std::string& text) {
  std::set<std::string> found;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) found.insert(word);
  return found;
}

// What bash offers for words as readline splits them; the last one is being typed.
std::set<std::string> bash_offers(const docs::Workshop& workshop, const std::vector<std::string>& typed) {
  std::string array;
  for (const std::string& word : typed) array += " '" + word + "'";
  workshop.write("ask.bash",
                 ". '" + (docs::source_folder() / "completions/bash/weir").string() + "'\nCOMP_WORDS=(" +
                     array + ")\nCOMP_CWORD=" + std::to_string(typed.size() - 1) + "\nf=$(complete -p " +
                     typed.front() + ") && f=${f#*-F } && ${f%% *}\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
  const e2e::Ran ran = workshop.run("bash --norc ask.bash");
  CHECK_MESSAGE(ran.err.empty(), ran.err);
  return words(ran.out);
}

using Set = std::set<std::string>;

TEST_CASE("bash completes verbs, flags, enum values, topics and files") {
  docs::Workshop workshop;
  if (!has_shell(workshop, "bash")) return;
  if (!workshop.furnish()) return;
  const auto offers = [&](const std::vector<std::string>& typed) { return bash_offers(workshop, typed); };
  CHECK(offers({"weir", "fil"}) == Set{"filter"});
  CHECK(offers({"weir", "help", "prod"}) == Set{"produce"});
  CHECK(offers({"weir", "filter", "--inv"}) == Set{"--invert"});
  CHECK(offers({"weir", "filter", "--on-error", ""}) == Set{"fail", "skip", "dead-letter"});
  CHECK(offers({"weir", "filter", "--on-error", "=", "s"}) == Set{"skip"});
  CHECK(offers({"weir", "filter", "--on-error", "="}) == Set{"fail", "skip", "dead-letter"});
  CHECK(offers({"weir", "filter", "--summary", "="}) == Set{"json"});
  CHECK(offers({"weir", "produce", "--durability", "d"}) == Set{"durable"});
  CHECK(offers({"weir", "produce", "or"}) == Set{"orders"});
  CHECK(offers({"weir", "consume", ""}).contains("flights"));
  CHECK(offers({"weir", "consume", "-b", "nowhere", ""}) == Set{});
  CHECK(offers({"weir", "filter", ".a", "ev"}) == Set{"events.ndjson"});
  CHECK(offers({"weir", "filter", ".a", "top"}) == Set{"topic:"});
  CHECK(offers({"weir", "filter", ".a", "topic", ":", "or"}) == Set{"orders"});
  CHECK(offers({"weir", "filter", "--tz", "Europe/Berl"}) ==
        offers({"weir", "filter", "--tz", "Europe/Berli"}));
  CHECK(offers({"filter", "--inv"}) == Set{"--invert"});
}

TEST_CASE("bash leaves the names alone that are not ours") {
  docs::Workshop workshop;
  if (!has_shell(workshop, "bash")) return;
  const e2e::Ran ran =
      workshop.run("PATH=" + docs::tools_folder().string() + "/none:/usr/bin:/bin bash --norc -c \". '" +
                   (docs::source_folder() / "completions/bash/weir").string() + "'; complete -p\"");
  CHECK(ran.out.find("_weir_bare") == std::string::npos);
}

TEST_CASE("fish completes verbs, flags, enum values and topics") {
  docs::Workshop workshop;
  if (!has_shell(workshop, "fish")) return;
  if (!workshop.furnish()) return;
  const auto offers = [&](const std::string& line) {
    const e2e::Ran ran = workshop.run("fish --no-config -c \"source '" +
                                      (docs::source_folder() / "completions/fish/weir.fish").string() +
                                      "'; complete -C '" + line + "'\"");
    CHECK_MESSAGE(ran.err.empty(), ran.err);
    Set found;  // "--invert<tab>description"
    for (const std::string& entry : docs::lines_of(ran.out)) found.insert(entry.substr(0, entry.find('\t')));
    return found;
  };
  CHECK(offers("weir fil") == Set{"filter"});
  CHECK(offers("weir filter --inv") == Set{"--invert"});
  CHECK(offers("weir filter --on-error ") == Set{"fail", "skip", "dead-letter"});
  CHECK(offers("weir filter --on-error=s").contains("--on-error=skip"));
  CHECK(offers("weir produce ord").contains("orders"));
  CHECK(offers("weir consume -b nowhere ord").count("orders") == 0);
  CHECK(offers("weir filter .a topic:or").contains("topic:orders"));
  CHECK(offers("filter --inv") == Set{"--invert"});
}

TEST_CASE("zsh completes verbs, flags, enum values and topics") {
  docs::Workshop workshop;
  if (!has_shell(workshop, "zsh")) return;
  if (!workshop.furnish()) return;
  // A real interactive zsh on a pseudo-terminal, asked to list what it would offer.
  workshop.write(
      "ask.zsh",
      "zmodload zsh/zpty\n"
      "zpty z 'zsh -f -i'\n"
      "zpty -w z 'PS1=; unsetopt zle_bracketed_paste; fpath=(" +
          (docs::source_folder() / "completions/zsh").string() +
          " $fpath); autoload -Uz compinit; compinit -u -d $PWD/dump; "
          "zstyle \":completion:*\" list-prompt \"\"; zstyle \":completion:*\" verbose no; LISTMAX=9999; "
          "stty -echo columns 300'\n"
          "zpty -w z 'report() { compadd() { local -a w; builtin compadd -O w \"$@\" 2>/dev/null; "
          "(( $#w )) && print -rl -- \"<\"${^w}\">\" >> $PWD/offers; builtin compadd \"$@\" }; "
          "_main_complete }; "
          "zle -C ask complete-word report; bindkey \"^I\" ask'\n"
          // What is typed before the line editor reads may be lost, so it says itself when it does.
          "zpty -w z 'zle-line-init() { : > $PWD/ready }; zle -N zle-line-init'\n"
          "while [[ ! -e ready ]]; do zpty -r -t z || :; done\n"
          "zpty -n -w z \"$1\"$'\\t'\n"
          "zpty -n -w z $'\\C-u'\n"
          "zpty -w z ': > $PWD/done'\n"
          "while [[ ! -e done ]]; do zpty -r -t z || :; done\n"
          "zpty -d z\n");
  const auto offers = [&](const std::string& line) {
    const e2e::Ran ran = workshop.run("rm -f offers ready done; timeout 30 zsh -f ask.zsh '" + line +
                                      "' >/dev/null; cat offers");
    Set found;
    for (const std::string& entry : docs::lines_of(ran.out)) {
      if (entry.starts_with('<') && entry.ends_with('>')) found.insert(entry.substr(1, entry.size() - 2));
    }
    return found;
  };
  CHECK(offers("weir fil").contains("filter"));
  CHECK(offers("weir filter --inv").contains("--invert"));
  CHECK(offers("weir filter --on-error ") == Set{"fail", "skip", "dead-letter"});
  CHECK(offers("weir produce ord").contains("orders"));
  CHECK(offers("weir filter .a topic:or").contains("orders"));
}

}  // namespace
