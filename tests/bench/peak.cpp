// peak FILE COMMAND [ARG...]: runs the command, writes its peak resident memory in KiB to FILE and ends as it ended.
// The kernel counts what a process held before it became the command, so whoever measures must be this small.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const pid_t pid = fork();
  if (pid == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (pid < 0 || wait4(pid, &status, 0, &usage) < 0) return 4;
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%ld\n", usage.ru_maxrss);
  const int fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0 || write(fd, text, static_cast<std::size_t>(size)) != size) return 4;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
