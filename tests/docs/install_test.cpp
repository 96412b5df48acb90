// What `cmake --install` and cpack put where, and that it runs from there.
#include <doctest/doctest.h>

#include "docs/workshop.h"
#include "support/tally.h"

namespace {

using namespace weir;
namespace fs = std::filesystem;

std::string installed(const docs::Workshop& workshop, const std::string& prefix) {
  const std::string root = (workshop.path() / "root").string();
  const e2e::Ran ran =
      workshop.run("DESTDIR=" + root + " cmake --install " WEIR_BUILD_DIR " --prefix " + prefix);
  REQUIRE_MESSAGE(ran.exit == 0, ran.err);
  return root + prefix;
}

TEST_CASE("only weir goes on PATH, the tools to libexec/weir") {
  const docs::Workshop workshop;
  const fs::path root = installed(workshop, "/usr");
  std::vector<std::string> on_path;
  for (const auto& entry : fs::directory_iterator(root / "bin")) on_path.push_back(entry.path().filename());
  CHECK(on_path == std::vector<std::string>{"weir"});
  for (const std::string& tool : docs::tools()) {
    CHECK(fs::exists(root / "libexec/weir" / tool));
    CHECK(fs::exists(root / "share/man/man1" / ("weir-" + tool + ".1")));
    CHECK(fs::exists(root / "share/bash-completion/completions" / ("weir-" + tool)));
    CHECK(fs::exists(root / "share/zsh/vendor-completions" / ("_weir-" + tool)));
    CHECK(fs::exists(root / "share/fish/vendor_completions.d" / ("weir-" + tool + ".fish")));
  }
  for (const char* file :
       {"share/man/man1/weir.1", "share/man/man7/weir-expressions.7", "share/doc/weir/README.md",
        "share/doc/weir/copyright", "share/bash-completion/completions/weir",
        "share/zsh/vendor-completions/_weir", "share/fish/vendor_completions.d/weir.fish"}) {
    CAPTURE(file);
    CHECK(fs::exists(root / file));
  }
}

TEST_CASE("outside of /usr zsh's file goes where zsh looks there") {
  const docs::Workshop workshop;
  const fs::path root = installed(workshop, "/opt/weir");
  CHECK(fs::exists(root / "share/zsh/site-functions/_weir"));
}

TEST_CASE("what was installed runs from where it is, also through a link, and names itself") {
  docs::Workshop workshop;
  const fs::path root = installed(workshop, "/usr");
  workshop.set_tools(root / "bin");
  CHECK(workshop.run("weir --exec-path").out == (root / "libexec/weir").string() + "\n");
  CHECK(workshop
            .run("mkdir links; ln -s " + (root / "bin/weir").string() + " links/weir; links/weir --exec-path")
            .out == (root / "libexec/weir").string() + "\n");
  CHECK(workshop
            .run("printf '#!/bin/sh\necho $1\n' > man; chmod +x man; PATH=$PWD:$PATH; weir help expressions")
            .out == (root / "share/man/man7/weir-expressions.7").string() + "\n");
  CHECK(workshop.run("weir filter '.a > 1'", "{\"a\":1}\n{\"a\":2}\n").out == "{\"a\":2}\n");
  CHECK(workshop.run("weir filter").err ==
        "weir filter: error: EXPR is missing\n  hint: weir filter '.price > 100'\n");
  CHECK(workshop.run("PATH=$(weir --exec-path):$PATH; filter").err ==
        "filter: error: EXPR is missing\n  hint: filter '.price > 100'\n");
}

TEST_CASE("cpack makes a Debian package that depends on what the binaries need") {
  const docs::Workshop workshop;
  if (workshop.run("command -v cpack && command -v dpkg-shlibdeps").exit != 0) {
    testing::skip("cpack or dpkg-dev is not installed");
    return;
  }
  const e2e::Ran made = workshop.run("cpack --config " WEIR_BUILD_DIR "/CPackConfig.cmake -B out");
  REQUIRE_MESSAGE(made.exit == 0, made.out, made.err);
  const e2e::Ran fields = workshop.run("dpkg-deb -f out/weir_*.deb Package Version Depends");
  CHECK(fields.out.find("Package: weir\n") != std::string::npos);
  CHECK(fields.out.find("Version: " WEIR_VERSION "\n") != std::string::npos);
  CHECK(fields.out.find("libc6") != std::string::npos);
  const std::string files = workshop.run("dpkg-deb -c out/weir_*.deb").out;
  CHECK(files.find("./usr/bin/weir\n") != std::string::npos);
  CHECK(files.find("./usr/libexec/weir/filter\n") != std::string::npos);

  REQUIRE(workshop.run("dpkg-deb -x out/weir_*.deb root").exit == 0);
  const e2e::Ran tools =
      workshop.run("for tool in root/usr/libexec/weir/*; do $tool --version || echo bad; done");
  CHECK(tools.out.find("filter (weir) " WEIR_VERSION "\n") != std::string::npos);
  CHECK_MESSAGE(tools.out.find("bad") == std::string::npos, tools.out, tools.err);
  CHECK(workshop.run("root/usr/bin/weir filter '.a > 1'", "{\"a\":1}\n{\"a\":2}\n").out == "{\"a\":2}\n");
  // Each shared object that a binary loads belongs to a package that is depended on (libc6 and libgcc-s1 among them).
  const e2e::Ran missing = workshop.run(
      "for file in $(ldd root/usr/libexec/weir/* root/usr/bin/weir | awk '$3 ~ \"^/\" {print $3}' | sort "
      "-u); do "
      "package=$(dpkg -S \"$(readlink -f $file)\" 2>/dev/null || dpkg -S \"/usr$(readlink -f $file)\" "
      "2>/dev/null || "
      "dpkg -S \"$(readlink -f $file | sed 's,^/usr,,')\"); package=${package%%:*}; "
      "dpkg-deb -f out/weir_*.deb Depends | grep -qwF \"${package:-nobody}\" || echo $file of $package; "
      "done");
  CHECK(missing.out == "");
}

}  // namespace
