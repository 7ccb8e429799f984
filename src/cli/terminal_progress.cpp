#include "cli/terminal_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/error.h"

namespace forecart {

namespace {

using Clock = std::chrono::steady_clock;

class Quiet final : public Progress {
 public:
  void report(const std::string&, double, const std::string&) override {}
};

}  // namespace

ProgressMode parse_progress_mode(const std::string& name) {
  if (name == "auto") return ProgressMode::automatic;
  if (name == "never") return ProgressMode::never;
  throw Error(ErrorCode::unknown_name,
              fmt::format("progress '{}' is not known; use auto or never", name));
}

TerminalProgress::~TerminalProgress() { wipe(); }

void TerminalProgress::report(const std::string& work, double share, const std::string& note) {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (work != work_) {
    work_ = work;
    started_ = now;
  } else if (share < 1 && now - drawn_ < std::chrono::milliseconds(100)) {
    return;
  }
  wipe();
  if (share >= 1) return;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  fmt::print(stderr, "{}", progress_line(work, share, note, elapsed));
  std::fflush(stderr);
  drawn_ = now;
  visible_ = true;
}

void TerminalProgress::wipe() {
  if (visible_) fmt::print(stderr, "\r\x1b[2K");
  visible_ = false;
}

std::unique_ptr<Progress> make_progress(ProgressMode mode) {
  if (mode == ProgressMode::automatic && isatty(STDERR_FILENO) == 1) {
    return std::make_unique<TerminalProgress>();
  }
  return std::make_unique<Quiet>();
}

std::string progress_line(const std::string& work, double share, const std::string& note,
                          double elapsed_seconds) {
  constexpr int kWidth = 24;
  share = std::clamp(share, 0.0, 1.0);
  const int full = static_cast<int>(std::lround(share * kWidth));
  std::string line = fmt::format("[{}{}] {:3.0f} %  {}", std::string(full, '#'),
                                 std::string(kWidth - full, '.'), 100 * share, work);
  if (!note.empty()) line += "  " + note;
  if (share >= 0.1) {
    line += fmt::format("  {:.0f} s left", elapsed_seconds * (1 - share) / share);
  }
  return line;
}

}  // namespace forecart
