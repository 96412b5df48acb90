#include "tools/weir/dispatch.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>

#include "base/error.h"
#include "base/nearest.h"
#include "tools/weir/manual_page.h"
#include "tools/weir/verbs.h"

namespace weir {
namespace {

using base::Error;
using base::ExitCode;
using base::Kind;

std::string program_folder() {
  char buffer[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", buffer, sizeof buffer);
  if (size < 0)
    throw Error(Kind::io, "cannot find where weir is installed: /proc/self/exe: " + base::errno_words(errno));
  std::string folder(buffer, static_cast<std::size_t>(size));
  folder.resize(folder.rfind('/'));
  return folder;
}

bool runnable(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0;
}

bool known(std::string_view verb) {
  return std::any_of(kVerbs.begin(), kVerbs.end(), [&](const Verb& one) { return one.name == verb; });
}

std::vector<Verb> verbs_here(const std::string& folder) {
  std::vector<Verb> here;
  for (const Verb& verb : kVerbs) {
    if (runnable(folder + "/" + std::string(verb.name))) here.push_back(verb);
  }
  return here;
}

// The tool sees what was typed as its name, "weir filter", and says so in its messages.
void execute(const std::string& file, const std::string& name, const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  argv.push_back(const_cast<char*>(name.c_str()));
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execvp(file.c_str(), argv.data());
}

[[noreturn]] void unknown_verb(const std::string& verb, const std::string& folder) {
  std::vector<std::string> names{"help", "version"};
  for (const Verb& one : verbs_here(folder)) names.emplace_back(one.name);
  auto error = Error(Kind::usage, "no verb '" + verb + "'").code("unknown_verb");
  const std::string near = base::nearest_name(verb, names);
  if (!near.empty()) {
    error.hint("did you mean 'weir " + near + "'?");
  } else {
    error.hint("weir --help lists the verbs");
  }
  throw error;
}

[[noreturn]] void run_verb(const std::string& verb, const std::vector<std::string>& arguments) {
  const std::string folder = exec_path();
  const std::string tool = folder + "/" + verb;
  if (known(verb) && runnable(tool)) {
    execute(tool, "weir " + verb, arguments);
    throw Error(Kind::io, "cannot run " + tool + ": " + base::errno_words(errno));
  }
  // Somebody else's verb, as with git.
  if (verb.find('/') == std::string::npos && !verb.empty()) {
    execute("weir-" + verb, "weir-" + verb, arguments);
    if (errno != ENOENT) throw Error(Kind::io, "cannot run weir-" + verb + ": " + base::errno_words(errno));
  }
  if (known(verb)) {
    throw Error(Kind::usage, "'" + verb + "' is not in this release")
        .hint("weir --help lists the verbs that are")
        .code("not_in_this_release");
  }
  unknown_verb(verb, folder);
}

[[noreturn]] void show_page(const std::string& page) {
  const std::string found = find_page(page, program_folder());
  execute("man", "man", {found});
  const int error = errno;
  auto failed = Error(Kind::io, "cannot run man: " + base::errno_words(error)).code("no_man");
  if (found.find('/') != std::string::npos) failed.hint("the page is " + found);
  throw failed;
}

std::string help() {
  std::string text =
      "usage: weir VERB [FLAGS] [ARGUMENT...]\n"
      "Event streaming as Unix tools: each verb is a small program that reads and\n"
      "writes lines.\n"
      "\n"
      "Examples:\n"
      "  # keep events in a topic of the local log, ./weir-data\n"
      "  weir produce orders < orders.ndjson\n"
      "  # follow the topic and keep what matters in another\n"
      "  weir consume orders | weir filter '.price > 100' | weir produce large-orders\n"
      "  # what one verb can do\n"
      "  weir help filter\n"
      "  # the language of filter and map\n"
      "  weir help expressions\n"
      "\n"
      "Verbs:\n";
  for (const Verb& verb : verbs_here(exec_path())) {
    std::string line = "  " + std::string(verb.name);
    line.resize(14, ' ');
    text.append(line).append(verb.summary).append("\n");
  }
  return text +=
         "\n"
         "Flags:\n"
         "  --exec-path   The folder that holds the verbs under their bare names\n"
         "  -h, --help    Show this help\n"
         "  --version     Show the version; with --verbose, where the verbs are\n"
         "\n"
         "weir help VERB shows the whole help of a verb, weir help expressions and\n"
         "weir help log a page of the manual. Any other VERB runs weir-VERB, where PATH\n"
         "has one.\n";
}

bool names_itself(const std::string& verb) {
  return verb == "weir" || verb == "help" || verb == "version";
}

// A reader that goes away is no fault. Not set before an exec: the tool would inherit it.
void print(const cli::Io& io, const std::string& text) {
  std::signal(SIGPIPE, SIG_IGN);
  io.put_out(text);
}

std::string version(const std::vector<std::string>& arguments) {
  std::string text = "weir " WEIR_VERSION "\n";
  if (std::find(arguments.begin(), arguments.end(), "--verbose") != arguments.end()) {
    text += "built by g++ " __VERSION__ "\nverbs in " + exec_path() + "\n";
  }
  return text;
}

}  // namespace

std::string exec_path() {
  const std::string folder = program_folder();
  const std::string installed = folder.substr(0, folder.rfind('/')) + "/libexec/weir";
  return ::access(installed.c_str(), X_OK) == 0 ? installed : folder;
}

ExitCode dispatch(const std::vector<std::string>& arguments, const cli::Io& io) {
  if (arguments.empty()) {
    print(io, help());
    throw Error(Kind::usage, "VERB is missing").hint("weir --help lists the verbs").code("missing_operand");
  }
  const std::string& verb = arguments.front();
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (verb == "--exec-path") {
    print(io, exec_path() + "\n");
  } else if (verb == "--version" || verb == "version" ||
             (verb == "--verbose" && !rest.empty() && rest.front() == "--version")) {
    print(io, version(arguments));
  } else if (verb == "-h" || verb == "--help" ||
             (verb == "help" && (rest.empty() || names_itself(rest.front())))) {
    print(io, help());
  } else if (verb == "help") {
    const std::string page = page_name(rest.front());
    if (!page.empty()) show_page(page);
    run_verb(rest.front(), {"--help"});
  } else if (verb.starts_with('-')) {
    const std::string near =
        base::nearest_name(verb, std::vector<std::string>{"--exec-path", "--help", "--version"});
    throw Error(Kind::usage, "no flag " + verb)
        .hint(near.empty() ? "flags of a verb come after it: weir VERB " + verb
                           : "did you mean " + near + "?")
        .code("unknown_flag");
  } else {
    run_verb(verb, rest);
  }
  return ExitCode::ok;
}

}  // namespace weir
