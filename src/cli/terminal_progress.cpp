#include "cli/terminal_progress.h"

#include "base/error.h"
#include "cli/output.h"

#include "automation/worker.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <system_error>

namespace forecart {

namespace {

using Clock = std::chrono::steady_clock;

class Quiet final : public Progress {
 public:
  void report(const std::string&, double, const std::string&) override {}
  void note(const std::string& message) override { print_note(message); }
};

}  // namespace

ProgressMode parse_progress_mode(const std::string& name) {
  if (name == "auto") return ProgressMode::automatic;
  if (name == "never") return ProgressMode::never;
  if (name == "lines") return ProgressMode::lines;
  throw Error(ErrorCode::unknown_name,
              fmt::format("progress '{}' is not known; use auto, never or lines", name));
}

TerminalProgress::~TerminalProgress() {
  wipe();
}

void TerminalProgress::report(const std::string& work, double share, const std::string& note) {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (work != work_) {
    work_ = work;
    started_ = now;
    first_share_ = share;
  } else if (share < 1 && now - drawn_ < std::chrono::milliseconds(100)) {
    return;
  }
  wipe();
  if (share >= 1) {
    work_.clear();  // the next of this name begins anew
    return;
  }
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  fmt::print(stderr, "{}",
             progress_line(work, share, note, seconds_left(first_share_, share, elapsed)));
  std::fflush(stderr);
  drawn_ = now;
  visible_ = true;
}

void TerminalProgress::note(const std::string& message) {
  const std::lock_guard lock(mutex_);
  wipe();
  print_note(message);
}

void LineProgress::report(const std::string& work, double share, const std::string&) {
  constexpr std::chrono::milliseconds kBetween{500};
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (now - told_ < kBetween) return;
  told_ = now;
  const nlohmann::json told{{"stage", work}, {"share", std::clamp(share, 0.0, 1.0)}};
  const std::string line = fmt::format(
      "{}{}\n", kProgressMark, told.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

void LineProgress::note(const std::string& message) {
  const std::lock_guard lock(mutex_);
  try {
    print_note(message);
  } catch (const std::system_error&) {  // nobody listens any more
  }
}

void TerminalProgress::wipe() {
  if (visible_) fmt::print(stderr, "\r\x1b[2K");
  visible_ = false;
}

std::unique_ptr<Progress> make_progress(ProgressMode mode) {
  if (mode == ProgressMode::automatic && isatty(STDERR_FILENO) == 1) {
    return std::make_unique<TerminalProgress>();
  }
  if (mode == ProgressMode::lines) return std::make_unique<LineProgress>();
  return std::make_unique<Quiet>();
}

std::string progress_line(const std::string& work, double share, const std::string& note,
                          std::optional<double> seconds_left) {
  constexpr int kWidth = 24;
  share = std::clamp(share, 0.0, 1.0);
  const int full = static_cast<int>(std::lround(share * kWidth));
  std::string line = fmt::format("[{}{}] {:3.0f} %  {}", std::string(full, '#'),
                                 std::string(kWidth - full, '.'), 100 * share, work);
  if (!note.empty()) line += "  " + note;
  if (seconds_left) {
    constexpr double kInMinutes = 120;
    line += *seconds_left < kInMinutes ? fmt::format("  about {:.0f} s left", *seconds_left)
                                       : fmt::format("  about {:.0f} min left", *seconds_left / 60);
  }
  return line;
}

std::optional<double> seconds_left(double first, double share, double elapsed) {
  constexpr double kSeen = 0.1;
  const double seen = share - first;
  if (seen < kSeen * (1 - first) || seen <= 0) return std::nullopt;
  return elapsed * (1 - share) / seen;
}

}  // namespace forecart
