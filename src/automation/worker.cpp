#include "automation/worker.h"

#include "base/error.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

namespace forecart {

namespace {

constexpr int kLookMilliseconds = 250;  // how late a limit may be noticed

[[noreturn]] void cannot_start(int reason) {
  throw Error(ErrorCode::unavailable,
              fmt::format("a worker cannot be started: {}", std::strerror(reason)));
}

/// Both ends of a pipe; those not taken are closed.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) cannot_start(errno);
  }
  ~Pipe() {
    for (const int end : ends_) {
      if (end >= 0) close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writing() const { return ends_[1]; }
  int take_reading() { return std::exchange(ends_[0], -1); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// This environment for a child whose addresses are bounded: each arena of glibc's malloc takes 64
/// MB of them, used or not, and there are more where threads meet.
std::vector<char*> with_few_arenas() {
  static std::string few = "MALLOC_ARENA_MAX=2";
  std::vector<char*> variables{few.data()};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("MALLOC_ARENA_MAX=")) {
      variables.push_back(*variable);
    }
  }
  variables.push_back(nullptr);
  return variables;
}

/// A child whose signals are as a shell gives them, whatever this process has done to its own.
pid_t spawn(const std::vector<std::string>& command, int out, int err, char** environment) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);  // sockets above all
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  pid_t process = 0;
  const int failure =
      posix_spawn(&process, arguments.front(), &files, &attributes, arguments.data(), environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (failure != 0) cannot_start(failure);
  return process;
}

/// Appends what is there to read; false at the end.
bool read_some(int from, std::string& into) {
  std::array<char, 16384> block{};
  const ssize_t got = read(from, block.data(), block.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  into.append(block.data(), static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace

Worker::Worker(const std::vector<std::string>& command, const WorkerLimits& limits,
               std::function<void(const std::string& progress)> hear)
    : limits_(limits), hear_(std::move(hear)), began_(Clock::now()) {
  Pipe out;
  Pipe err;
  std::vector<char*> few = with_few_arenas();
  process_ =
      spawn(command, out.writing(), err.writing(), limits.memory_bytes > 0 ? few.data() : environ);
  if (limits.memory_bytes > 0) {
    const auto most = static_cast<rlim_t>(limits.memory_bytes);
    const rlimit limit{most, most};
    prlimit(process_, RLIMIT_AS, &limit, nullptr);
  }
  out_ = out.take_reading();
  err_ = err.take_reading();
}

Worker::~Worker() {
  send(SIGKILL);
  if (!reaped_) waitpid(process_, nullptr, 0);
  close(out_);
  close(err_);
}

void Worker::send(int signal) {
  const std::scoped_lock lock(mutex_);
  if (!reaped_) kill(process_, signal);
}

void Worker::end() {
  {
    const std::scoped_lock lock(mutex_);
    if (!asked_to_end_) asked_to_end_ = Clock::now();
  }
  send(SIGTERM);
}

WorkerEnd Worker::wait() {
  WorkerEnd end;
  read_until_closed(end);
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOWAIT) != 0 &&
         errno == EINTR) {
  }
  int status = 0;
  {
    const std::scoped_lock lock(mutex_);  // afterwards the number may be somebody else's
    waitpid(process_, &status, 0);
    reaped_ = true;
  }
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  return end;
}

void Worker::read_until_closed(WorkerEnd& end) {
  std::array<pollfd, 2> waiting{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    poll(waiting.data(), waiting.size(), kLookMilliseconds);
    hold_to_limits(end);
    for (pollfd& source : waiting) {
      if (source.fd < 0 || source.revents == 0) continue;
      std::string& text = source.fd == out_ ? end.out : end.err;
      if (!read_some(source.fd, text)) source.fd = -1;
    }
    take_progress(end.err);
    if (end.out.size() > kMostOutput) end.out.resize(kMostOutput);
    if (end.err.size() > kMostErrors) end.err.erase(0, end.err.size() - kMostErrors);
  }
}

/// Takes whole lines of progress out of what has come.
void Worker::take_progress(std::string& lines) const {
  std::size_t at = 0;
  while ((at = lines.find(kProgressMark, at)) != std::string::npos) {
    const std::size_t end = lines.find('\n', at);
    if (end == std::string::npos) return;
    const std::size_t begin = at + kProgressMark.size();
    if (hear_) hear_(lines.substr(begin, end - begin));
    lines.erase(at, end + 1 - at);
  }
}

void Worker::hold_to_limits(WorkerEnd& end) {
  const auto now = Clock::now();
  if (limits_.time.count() > 0 && now > began_ + limits_.time && !end.timed_out) {
    end.timed_out = true;
    this->end();
  }
  bool too_late = false;
  {
    const std::scoped_lock lock(mutex_);
    too_late = asked_to_end_ && now > *asked_to_end_ + limits_.grace;
  }
  if (too_late) send(SIGKILL);
}

}  // namespace forecart
